//! How the server behaves: faults, clock, oddities, rate limit.
use std::{collections::BTreeMap, time::Duration};

use axum::{
    extract::{Path, State},
    response::Response,
};
use bytes::Bytes;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{
    Server,
    answers::{bad, body, done, not_found},
};
use crate::{
    fault_file::{read_faults, written as fault_text},
    fault_script::FaultId,
    oddity::{Oddity, UnknownOddity},
};

pub(super) async fn faults(State(shared): Server) -> Response {
    let list = shared.faults.list().into_iter();
    let rows = list.map(|status| {
        json!({
            "id": status.id.number(),
            "fault": fault_text(&status.fault),
            "seen": status.seen,
            "hits": status.hits,
        })
    });
    done(rows.collect())
}

pub(super) async fn add_faults(State(shared): Server, text: Bytes) -> Response {
    let Ok(text) = std::str::from_utf8(&text) else {
        return bad("the body is no text in UTF-8");
    };
    match read_faults(text) {
        Ok(list) => {
            // All are looked at before one is added.
            if let Some(error) = list.iter().find_map(|f| shared.faults.check(f).err()) {
                return bad(&error.to_string());
            }
            let ids = list
                .into_iter()
                .filter_map(|fault| shared.faults.try_add(fault).ok());
            let ids: Vec<_> = ids.map(FaultId::number).collect();
            done(json!({"ids": ids}))
        }
        Err(error) => bad(&error.to_string()),
    }
}

pub(super) async fn clear_faults(State(shared): Server) -> Response {
    shared.faults.clear();
    done(json!({}))
}

pub(super) async fn remove_fault(State(shared): Server, Path(id): Path<String>) -> Response {
    let id = id.parse().map(FaultId);
    if id.is_ok_and(|id| shared.faults.remove(id)) {
        done(json!({}))
    } else {
        not_found("no fault has this id")
    }
}

pub(super) async fn clock(State(shared): Server) -> Response {
    let clock = &shared.clock;
    done(json!({"unix_micros": clock.unix_micros(), "frozen": clock.is_frozen()}))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockMove {
    frozen: Option<bool>,
    set: Option<i64>,
    advance_ms: Option<u64>,
}

pub(super) async fn move_clock(State(shared): Server, text: Bytes) -> Response {
    let wanted: ClockMove = match body(&text) {
        Ok(wanted) => wanted,
        Err(refusal) => return refusal,
    };
    match wanted.frozen {
        Some(true) => shared.clock.freeze(),
        Some(false) => shared.clock.run(),
        None => {}
    }
    if let Some(time) = wanted.set {
        shared.clock.set(time);
    }
    if let Some(millis) = wanted.advance_ms {
        shared.clock.advance(Duration::from_millis(millis));
    }
    clock(State(shared)).await
}

pub(super) async fn oddities(State(shared): Server) -> Response {
    let switches = Oddity::ALL.iter().map(|oddity| {
        (
            oddity.name().to_owned(),
            Value::from(shared.oddities.is_on(*oddity)),
        )
    });
    done(Value::Object(switches.collect()))
}

pub(super) async fn switch_oddities(State(shared): Server, text: Bytes) -> Response {
    let switches: BTreeMap<String, bool> = match body(&text) {
        Ok(switches) => switches,
        Err(refusal) => return refusal,
    };
    // All names are looked at before one is switched: a wrong one changes nothing.
    let known = switches.iter().map(|(name, on)| Ok((name.parse()?, *on)));
    let known: Result<Vec<(Oddity, bool)>, UnknownOddity> = known.collect();
    match known {
        Ok(known) => {
            for (oddity, on) in known {
                shared.oddities.set(oddity, on);
            }
            oddities(State(shared)).await
        }
        Err(error) => bad(&error.to_string()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    /// Not left out by mistake: `null` lifts the limit.
    #[serde(deserialize_with = "written")]
    calls_a_second: Option<u32>,
}

fn written<'de, D: Deserializer<'de>>(value: D) -> Result<Option<u32>, D::Error> {
    Option::deserialize(value)
}

pub(super) async fn rate_limit(State(shared): Server) -> Response {
    done(json!({"calls_a_second": shared.rate_limit.calls_a_second()}))
}

pub(super) async fn set_rate_limit(State(shared): Server, text: Bytes) -> Response {
    match body::<Limit>(&text) {
        Ok(limit) => {
            shared.rate_limit.set(limit.calls_a_second);
            rate_limit(State(shared)).await
        }
        Err(refusal) => refusal,
    }
}
