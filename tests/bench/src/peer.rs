//! The same captures by automerge's own sync protocol.

use automerge::sync::{State, SyncDoc};
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, ObjType, ROOT};
use serde_json::Value;

use crate::Outcome;

/// Days before, with as many captures each.
const DAYS: usize = 30;

/// What it cost.
pub struct Cost {
    /// Bytes of messages both ways.
    pub bytes: u64,
    /// Messages.
    pub messages: usize,
    /// Times that one side had to wait for the other.
    pub round_trips: usize,
}

fn enter(document: &mut AutoCommit, capture: &Value) -> Outcome<()> {
    let id = capture["id"].as_str().ok_or("a capture without an id")?;
    let map = document.put_object(ROOT, id, ObjType::Map)?;
    for (name, value) in capture.as_object().into_iter().flatten() {
        match value {
            Value::String(text) => document.put(&map, name.as_str(), text.as_str())?,
            Value::Number(number) if number.is_i64() => {
                document.put(&map, name.as_str(), number.as_i64().unwrap_or_default())?;
            }
            Value::Number(number) => {
                document.put(&map, name.as_str(), number.as_f64().unwrap_or_default())?;
            }
            Value::Array(items) => {
                let list = document.put_object(&map, name.as_str(), ObjType::List)?;
                for (item, at) in items.iter().zip(0..) {
                    document.insert(&list, at, item.as_str().unwrap_or_default())?;
                }
            }
            _ => {}
        }
    }
    let at = capture["at"].as_i64().unwrap_or_default();
    document.commit_with(CommitOptions::default().with_time(at / 1_000));
    Ok(())
}

/// A phone has `ours`, the hub has `theirs`; both had the same month before and remember their last
/// sync. Without that month the protocol would send the whole document, as it does where more than a
/// third of all changes is missing.
pub fn sync(ours: &[Value], theirs: &[Value]) -> Outcome<Cost> {
    let mut phone = AutoCommit::new().with_actor(ActorId::from([1; 16].as_slice()));
    phone.put(ROOT, "village", "990101100201")?;
    phone.commit();
    for day in 0..DAYS {
        for capture in ours.iter().chain(theirs) {
            let mut earlier = capture.clone();
            let id = capture["id"].as_str().unwrap_or_default();
            earlier["id"] = Value::from(format!("{id}-{day}"));
            enter(&mut phone, &earlier)?;
        }
    }
    let mut hub = phone.fork().with_actor(ActorId::from([2; 16].as_slice()));
    let (mut at_phone, mut at_hub) = (State::new(), State::new());
    exchange(&mut phone, &mut at_phone, &mut hub, &mut at_hub)?;
    // As after a reconnect: only what is worth keeping of the last sync is kept.
    at_phone = State::decode(&at_phone.encode())?;
    at_hub = State::decode(&at_hub.encode())?;
    for capture in ours {
        enter(&mut phone, capture)?;
    }
    for capture in theirs {
        enter(&mut hub, capture)?;
    }
    let cost = exchange(&mut phone, &mut at_phone, &mut hub, &mut at_hub)?;
    if phone.get_heads() != hub.get_heads() {
        return Err("automerge did not converge".into());
    }
    Ok(cost)
}

fn exchange(
    phone: &mut AutoCommit,
    at_phone: &mut State,
    hub: &mut AutoCommit,
    at_hub: &mut State,
) -> Outcome<Cost> {
    let mut cost = Cost {
        bytes: 0,
        messages: 0,
        round_trips: 0,
    };
    loop {
        let up = phone.sync().generate_sync_message(at_phone);
        if let Some(message) = up.clone() {
            cost.bytes += message.clone().encode().len() as u64;
            cost.messages += 1;
            hub.sync().receive_sync_message(at_hub, message)?;
        }
        let down = hub.sync().generate_sync_message(at_hub);
        if let Some(message) = down.clone() {
            cost.bytes += message.clone().encode().len() as u64;
            cost.messages += 1;
            phone.sync().receive_sync_message(at_phone, message)?;
        }
        if up.is_none() && down.is_none() {
            return Ok(cost);
        }
        cost.round_trips += 1;
    }
}
