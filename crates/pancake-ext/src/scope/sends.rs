//! Which messages are known to come from which send of this client, so that one message never counts for two sends.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};

use pancake_client::{ConversationId, MessageId, PageId};

use crate::sync::lock;

/// How many messages are remembered. A send is settled within minutes.
const KEPT: usize = 4096;

/// The sends of a client. Clones of the client share it.
#[derive(Clone, Default)]
pub(crate) struct SendMemory(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    known: VecDeque<(u64, u64)>,
    in_flight: Vec<Flight>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Flight {
    place: u64,
    send: u64,
}

/// A send under way. It is over when this is dropped.
pub(crate) struct InFlight {
    memory: SendMemory,
    flight: Flight,
}

impl SendMemory {
    /// Notes that a message comes from this send.
    pub(crate) fn know(&self, page: &PageId, message: &MessageId, send: u64) {
        self.with(|state| {
            if state.known.len() >= KEPT {
                state.known.pop_front();
            }
            state.known.push_back((print(&(page, message)), send));
        });
    }

    /// The send that a message is known to come from.
    pub(crate) fn send_of(&self, page: &PageId, message: &MessageId) -> Option<u64> {
        let message = print(&(page, message));
        self.with(|state| {
            let mut known = state.known.iter().rev();
            known
                .find(|(known, _)| *known == message)
                .map(|(_, send)| *send)
        })
    }

    /// Notes that a send is under way.
    pub(crate) fn begin(
        &self,
        page: &PageId,
        conversation: &ConversationId,
        send: u64,
    ) -> InFlight {
        let flight = Flight {
            place: print(&(page, conversation)),
            send,
        };
        self.with(|state| state.in_flight.push(flight));
        InFlight {
            memory: self.clone(),
            flight,
        }
    }

    /// Whether another send to this conversation is under way: a new message may belong to that one.
    pub(crate) fn has_rivals(
        &self,
        page: &PageId,
        conversation: &ConversationId,
        send: u64,
    ) -> bool {
        let place = print(&(page, conversation));
        self.with(|state| {
            let mut flights = state.in_flight.iter();
            flights.any(|flight| flight.place == place && flight.send != send)
        })
    }

    /// Whether a send is under way, or a message is known to come from it: then it is not absent.
    pub(crate) fn is_open(&self, send: u64) -> bool {
        self.with(|state| {
            let mut flights = state.in_flight.iter();
            let mut known = state.known.iter();
            flights.any(|flight| flight.send == send) || known.any(|(_, known)| *known == send)
        })
    }

    fn with<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut lock(&self.0))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.memory
            .with(|state| state.in_flight.retain(|flight| *flight != self.flight));
    }
}

/// Ids in 64 bits, which are only ever compared.
fn print(ids: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    ids.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_is_known_until_many_newer_ones() {
        let memory = SendMemory::default();
        let (page, other) = (PageId::from("1"), PageId::from("2"));
        let message = MessageId::from("m_1");
        memory.know(&page, &message, 7);
        assert_eq!(memory.send_of(&page, &message), Some(7));
        assert_eq!(memory.send_of(&other, &message), None);
        for n in 0..KEPT {
            memory.know(&page, &MessageId::from(format!("m_x{n}")), 8);
        }
        assert_eq!(memory.send_of(&page, &message), None);
    }

    #[test]
    fn send_is_open_while_under_way_or_known() {
        let memory = SendMemory::default();
        let page = PageId::from("1");
        let flight = memory.begin(&page, &ConversationId::from("a"), 7);
        assert!(memory.is_open(7) && !memory.is_open(8));
        drop(flight);
        assert!(!memory.is_open(7));
        memory.know(&page, &MessageId::from("m_1"), 7);
        assert!(memory.is_open(7) && !memory.is_open(8));
    }

    #[test]
    fn send_under_way_is_a_rival_in_its_conversation() {
        let memory = SendMemory::default();
        let page = PageId::from("1");
        let (here, there) = (ConversationId::from("a"), ConversationId::from("b"));
        let flight = memory.begin(&page, &here, 7);
        assert!(memory.has_rivals(&page, &here, 8));
        assert!(!memory.has_rivals(&page, &here, 7), "not of itself");
        assert!(!memory.has_rivals(&page, &there, 8));
        drop(flight);
        assert!(!memory.has_rivals(&page, &here, 8));
    }
}
