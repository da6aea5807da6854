//! Every pager against the fake server while rows arrive, move and vanish, pages fail, and the process is killed: compared
//! with what was in the list. Nothing that was there all the time is lost, nothing comes twice without a kill, and the
//! walk ends.
//!
//! The cases are the same in every run. `PAGING_CASES` asks for more of them, `PAGING_SEED` (0 to 255) for others.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends by panicking"
)]

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use pancake_ext::{
    Cursor, List, ListRequest, ManualClock, OrderBy, Page, Pager, Pancake, RateLimit, TimeRange,
    types,
};
use pancake_mock::{DEFAULT_NOW, Fault, FaultId, FaultKind, MockPancake};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Rows of each page of the server: several pages of every list.
const ROWS: u64 = 150;
/// Polls after which a walk counts as endless.
const ENDLESS: usize = 5_000;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Which {
    /// Rows move to the top.
    Conversations,
    /// Rows move out of the list.
    ConversationsUntilNow,
    /// Nothing moves.
    ConversationsByBeginning,
    Customers,
    /// Rows move to the top.
    CustomersByChange,
    /// Rows move out of the list, and shift the others up.
    CustomersByChangeUntilNow,
    Posts,
    CallLogs,
    AdsExport,
    Messages,
    MessagesFromTheOldest,
}

#[derive(Clone, Debug)]
enum Step {
    Take(usize),
    /// A customer writes for the first time.
    Arrive,
    /// A customer writes in the conversation at this place of the list.
    Write(usize),
    /// The pager is dropped, and another goes on after the last row.
    Restart,
    /// The process dies, and another goes on from a cursor that is older.
    Kill,
    /// Stores the cursor that a kill goes back to.
    Store,
    Fail,
}

#[derive(Clone, Debug)]
struct Case {
    which: Which,
    steps: Vec<Step>,
    fault: usize,
    prefetch: usize,
    page_size: u32,
}

fn cases() -> impl Strategy<Value = Case> {
    let which = prop::sample::select(vec![
        Which::Conversations,
        Which::Conversations,
        Which::ConversationsUntilNow,
        Which::ConversationsByBeginning,
        Which::Customers,
        Which::CustomersByChange,
        Which::CustomersByChangeUntilNow,
        Which::Posts,
        Which::CallLogs,
        Which::AdsExport,
        Which::Messages,
        Which::MessagesFromTheOldest,
    ]);
    let step = prop_oneof![
        6 => (1usize..50).prop_map(Step::Take),
        2 => Just(Step::Arrive),
        4 => (0usize..ROWS as usize).prop_map(Step::Write),
        1 => Just(Step::Restart),
        1 => Just(Step::Kill),
        1 => Just(Step::Store),
        2 => Just(Step::Fail),
    ];
    let steps = prop::collection::vec(step, 1..16);
    (which, steps, 0usize..8, 0usize..4, 7u32..30).prop_map(
        |(which, steps, fault, prefetch, page_size)| Case {
            which,
            steps,
            fault,
            prefetch,
            page_size,
        },
    )
}

impl Case {
    fn fault(&self) -> FaultKind {
        match self.fault {
            0 => FaultKind::StuckCursor,
            1 => FaultKind::RepeatedRows,
            // A short page is the end of the calls, since they have no total.
            2 if self.which != Which::CallLogs => FaultKind::ShortPage,
            3 => FaultKind::EmptyPage,
            4 => FaultKind::ErrorCode(122),
            5 => FaultKind::TruncatedBody,
            6 => FaultKind::ErrorWithoutCode,
            _ => FaultKind::InternalError,
        }
    }

    /// Whether the fault is an answer with other rows than it should have.
    fn rows_are_odd(&self) -> bool {
        matches!(
            self.fault(),
            FaultKind::StuckCursor
                | FaultKind::RepeatedRows
                | FaultKind::ShortPage
                | FaultKind::EmptyPage
        )
    }

    fn operation(&self) -> &'static str {
        match self.which {
            Which::Conversations
            | Which::ConversationsUntilNow
            | Which::ConversationsByBeginning => "list_conversations",
            Which::Customers | Which::CustomersByChange | Which::CustomersByChangeUntilNow => {
                "list_page_customers"
            }
            Which::Posts => "list_posts",
            Which::CallLogs => "list_call_logs",
            Which::AdsExport => "export_conversations_from_ads",
            Which::Messages | Which::MessagesFromTheOldest => "list_messages",
        }
    }

    /// Whether a row leaves the list when a customer writes.
    fn writing_removes(&self) -> bool {
        matches!(
            self.which,
            Which::ConversationsUntilNow | Which::CustomersByChangeUntilNow
        )
    }
}

/// One case on a page of the server that no other case uses.
struct Run<'a> {
    mock: &'a MockPancake,
    case: &'a Case,
    page: String,
    /// Conversations by the time they were changed, as they were at the beginning.
    conversations: Vec<String>,
    /// The customer of a conversation.
    customer_of: HashMap<String, String>,
}

struct Outcome {
    given: Vec<String>,
    /// Rows that left the list.
    removed: HashSet<String>,
    kills: usize,
    changed: bool,
}

impl Run<'_> {
    fn handle(&self) -> Page {
        let pancake = Pancake::builder()
            .base_url(self.mock.base_url())
            .page_token(
                self.page.as_str(),
                self.mock.page_token(&self.page).unwrap(),
            )
            .rate_limit(RateLimit::off().cool_down(Duration::ZERO))
            .clock(ManualClock::new());
        pancake.build().unwrap().page(self.page.as_str())
    }

    fn change(&self, step: &Step, removed: &mut HashSet<String>) {
        self.mock.clock().advance(Duration::from_secs(1));
        match step {
            Step::Arrive
                if matches!(
                    self.case.which,
                    Which::Messages | Which::MessagesFromTheOldest
                ) =>
            {
                self.mock
                    .arrive_message(&self.page, &self.conversations[0], "mới")
                    .unwrap();
            }
            Step::Arrive => {
                self.mock.arrive_conversation(&self.page, "mới").unwrap();
            }
            Step::Write(place) => {
                let conversation = &self.conversations[place % self.conversations.len()];
                self.mock
                    .arrive_message(&self.page, conversation, "còn không")
                    .unwrap();
                if self.case.writing_removes() {
                    removed.insert(conversation.clone());
                    removed.insert(self.customer_of[conversation].clone());
                }
            }
            _ => {}
        }
    }

    async fn walk<L, T>(
        &self,
        request: impl Fn() -> ListRequest<L>,
        stream: impl Fn(ListRequest<L>) -> Pager<T>,
        id: impl Fn(&T) -> String,
    ) -> Outcome
    where
        L: List<Row = T>,
        T: Send + 'static,
    {
        let begin = |cursor: Option<Cursor>| {
            let request = request().prefetch(self.case.prefetch);
            stream(match cursor {
                // Through text, as a process would store it.
                Some(cursor) => request.resume(cursor.to_string().parse().unwrap()),
                None => request,
            })
        };
        let mut outcome = Outcome {
            given: Vec::new(),
            removed: HashSet::new(),
            kills: 0,
            changed: false,
        };
        let mut pager = begin(None);
        let mut stored = None;
        let mut fault: Option<FaultId> = None;
        let (mut polls, mut restarts) = (0, 0);
        let rest = [Step::Take(usize::MAX)];
        for step in self.case.steps.iter().chain(&rest) {
            match step {
                Step::Take(rows) => {
                    let mut left = *rows;
                    while left > 0 {
                        polls += 1;
                        assert!(polls < ENDLESS, "the walk does not end");
                        match pager.next().await {
                            Some(Ok(row)) => outcome.given.push(id(&row)),
                            Some(Err(_)) => {}
                            None => break,
                        }
                        left -= 1;
                    }
                }
                Step::Arrive | Step::Write(_) => {
                    outcome.changed = true;
                    self.change(step, &mut outcome.removed);
                }
                Step::Restart => {
                    restarts += 1;
                    pager = begin(pager.cursor());
                }
                Step::Store if outcome.given.is_empty() => {}
                Step::Store => stored = pager.cursor(),
                // An empty first page cannot be told from an empty list.
                Step::Kill if stored.is_none() && self.case.fault() == FaultKind::EmptyPage => {}
                Step::Kill => {
                    outcome.kills += 1;
                    pager = begin(stored.clone());
                }
                Step::Fail if outcome.given.is_empty() => {}
                Step::Fail if fault.is_some_and(|fault| self.mock.faults().hits(fault) == 0) => {}
                // The same odd answer twice in a row is what the list is like, and when the first one is dealt with can't
                // be told from here.
                Step::Fail if fault.is_some() && self.case.rows_are_odd() => {}
                Step::Fail => {
                    let kind = Fault::new(self.case.fault())
                        .on(self.case.operation())
                        .on_page(self.page.as_str());
                    fault = Some(self.mock.faults().add(kind.times(1)));
                }
            }
        }
        if let Some(fault) = fault {
            self.mock.faults().remove(fault);
        }
        // The rows of before a restart are not known after it, and come again if the list shifts or the server repeats them.
        let repeats = matches!(
            self.case.fault(),
            FaultKind::StuckCursor | FaultKind::RepeatedRows
        );
        if outcome.changed || fault.is_some() && repeats {
            outcome.kills += restarts;
        }
        outcome
    }

    async fn check(&self) {
        let page = self.handle();
        let ever = TimeRange::unix(0, DEFAULT_NOW + 1_000_000).unwrap();
        let until_now = TimeRange::unix(0, self.mock.clock().unix_seconds()).unwrap();
        let size = self.case.page_size;
        macro_rules! walk {
            ($row:ident, $id:ident, $request:expr) => {{
                let request = || $request;
                let id = |row: &types::$row| text(&row.$id);
                let before: Vec<String> =
                    request().collect().await.unwrap().iter().map(id).collect();
                let outcome = self.walk(request, ListRequest::stream, id).await;
                self.compare(&before, &outcome);
            }};
        }
        match self.case.which {
            Which::Conversations => walk!(Conversation, id, page.conversations()),
            Which::ConversationsUntilNow => {
                walk!(Conversation, id, page.conversations().range(until_now))
            }
            Which::ConversationsByBeginning => walk!(
                Conversation,
                id,
                page.conversations().order_by(OrderBy::InsertedAt)
            ),
            Which::Customers => walk!(Customer, id, page.customers(ever).page_size(size)),
            Which::CustomersByChange => {
                walk!(
                    Customer,
                    id,
                    page.customers(ever)
                        .page_size(size)
                        .order_by(OrderBy::UpdatedAt)
                );
            }
            Which::CustomersByChangeUntilNow => {
                walk!(
                    Customer,
                    id,
                    page.customers(until_now)
                        .page_size(size)
                        .order_by(OrderBy::UpdatedAt)
                );
            }
            Which::Posts => walk!(Post, id, page.posts(ever).page_size(size)),
            Which::CallLogs => walk!(CallLog, call_id, page.call_logs("1").page_size(size)),
            Which::AdsExport => walk!(AdConversation, id, page.ads_export(ever)),
            Which::Messages => walk!(
                Message,
                id,
                page.conversation(&self.conversations[0]).messages()
            ),
            Which::MessagesFromTheOldest => {
                walk!(
                    Message,
                    id,
                    page.conversation(&self.conversations[0])
                        .messages()
                        .oldest_first()
                );
            }
        }
    }

    fn compare(&self, before: &[String], outcome: &Outcome) {
        let mut times: HashMap<&str, usize> = HashMap::new();
        for id in &outcome.given {
            *times.entry(id).or_default() += 1;
        }
        assert_eq!(before.len(), before.iter().collect::<HashSet<_>>().len());
        let lost: Vec<_> = before
            .iter()
            .filter(|id| !outcome.removed.contains(*id) && !times.contains_key(id.as_str()))
            .collect();
        assert!(
            lost.is_empty(),
            "{} of {} rows lost, the first {:?}",
            lost.len(),
            before.len(),
            lost[0]
        );
        let most = times.values().max().copied().unwrap_or(0);
        assert!(
            most <= 1 + outcome.kills,
            "a row came {most} times after {} kills",
            outcome.kills
        );
        if !outcome.changed && outcome.kills == 0 {
            assert_eq!(outcome.given, before, "another order than that of the list");
        }
    }
}

fn text<T: ToString>(id: &Option<T>) -> String {
    id.as_ref().unwrap().to_string()
}

fn from_env<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    text.parse().ok()
}

#[test]
fn no_pager_loses_or_doubles_a_row_while_its_list_changes_and_its_process_dies() {
    let number = from_env("PAGING_CASES").unwrap_or(64);
    let seed = from_env("PAGING_SEED").unwrap_or(7);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    // Shrinking runs cases again, each on a page of its own.
    let pages = u64::from(number) + 300;
    let mock = MockPancake::builder()
        .pages(pages)
        .conversations(pages * ROWS)
        .rate_limit(None)
        .frozen_clock();
    let mock = runtime.block_on(mock.start()).unwrap();
    let page_ids = mock.page_ids();
    let next = std::cell::Cell::new(0);

    let config = Config {
        cases: number,
        failure_persistence: None,
        max_shrink_iters: 250,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let result = runner.run(&cases(), |case| {
        let page = page_ids[next.replace(next.get() + 1)].clone();
        runtime.block_on(async {
            let mut run = Run {
                mock: &mock,
                case: &case,
                conversations: mock.conversation_ids(&page),
                page,
                customer_of: HashMap::new(),
            };
            for conversation in run.handle().conversations().collect().await.unwrap() {
                let customer = conversation
                    .page_customer
                    .and_then(|customer| customer.id)
                    .unwrap();
                run.customer_of
                    .insert(conversation.id.unwrap().to_string(), customer.to_string());
            }
            run.check().await;
        });
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    assert_eq!(mock.violations(), []);
}
