//! The handle of a customer: changes and notes, read back from the list.

use pancake_ext::client::chrono::NaiveDate;
use pancake_ext::types::{self, Gender};
use pancake_ext::{
    Birthday, Customer, CustomerId, Error, ErrorKind, Execution, Pancake, TimeRange,
};
use pancake_mock::{Fault, FaultKind};

use super::{PAGE, called, customer, sdk, server};

/// The customer as the list has them.
async fn row(pancake: &Pancake, id: &CustomerId) -> types::Customer {
    let ever = TimeRange::unix(0, 2_000_000_000).unwrap();
    let rows = pancake.page(PAGE).customers(ever).collect().await.unwrap();
    let found = rows.into_iter().find(|row| row.id.as_ref() == Some(id));
    found.unwrap()
}

#[tokio::test]
async fn a_customer_is_changed_and_what_was_not_set_stays() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let id = customer(&pancake).await;
    let handle = pancake.page(PAGE).customer(&id);
    let before = row(&pancake, &id).await;
    let date = NaiveDate::from_ymd_opt(1998, 1, 31).unwrap();
    handle.update().name("Lan").birthday(date).await.unwrap();
    let after = row(&pancake, &id).await;
    assert_eq!(after.name.as_deref(), Some("Lan"));
    assert_eq!(after.birthday, Some(Birthday::from(date)));
    assert_eq!(after.gender, before.gender);
    assert_eq!(after.phone_numbers, before.phone_numbers);
    let update = handle.update().gender(Gender::Female);
    update
        .phone_numbers(["0900000001", "0900000002"])
        .await
        .unwrap();
    let after = row(&pancake, &id).await;
    assert_eq!(after.gender.as_deref(), Some("female"));
    assert_eq!(after.phone_numbers.unwrap(), ["0900000001", "0900000002"]);
    assert_eq!(after.name.as_deref(), Some("Lan"));
    handle
        .update()
        .phone_numbers(Vec::<String>::new())
        .await
        .unwrap();
    assert!(row(&pancake, &id).await.phone_numbers.unwrap().is_empty());
    assert_eq!(mock.violations(), []);
}

#[tokio::test]
async fn changes_that_say_nothing_are_refused_before_anything_is_sent() {
    let mock = server().await;
    let customer = sdk(&mock).page(PAGE).customer("c");
    let update = || customer.update();
    let birthday = Birthday {
        year: Some(1998),
        month: Some(2),
        day: Some(30),
    };
    for refused in [
        update(),
        update().name("  "),
        update().birthday(Birthday::default()),
        update().birthday(birthday),
        update().phone_numbers(["0900000001", ""]),
    ] {
        let error = refused.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert_eq!(error.operation(), Some("update_page_customer"));
        assert_eq!(error.page_id().map(|id| id.as_str()), Some(PAGE));
    }
    for refused in [
        customer.add_note(" \n").await.map(|_| ()),
        customer.update_note("n", "").await.map(|_| ()),
        customer.update_note("", "a").await.map(|_| ()),
        customer.delete_note("").await.map(|_| ()),
    ] {
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
    // A builder that is not awaited sends nothing either.
    drop(update().name("Lan"));
    assert_eq!(called(&mock), [""; 0]);
}

#[tokio::test]
async fn a_note_is_added_changed_and_deleted_and_every_answer_has_the_notes_afterwards() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let id = customer(&pancake).await;
    let handle = pancake.page(PAGE).customer(&id);
    let added = handle.add_note("Khách quen").await.unwrap();
    let note = added.id.unwrap();
    let text = |notes: &[types::Note]| {
        let found = notes.iter().find(|other| other.id.as_ref() == Some(&note));
        let found = found.unwrap().clone();
        (found.message.unwrap(), found.removed_at.is_some())
    };
    assert_eq!(text(&added.notes.unwrap()), ("Khách quen".into(), false));
    let changed = handle.update_note(&note, "Khách VIP").await.unwrap();
    assert_eq!(text(&changed.unwrap()), ("Khách VIP".into(), false));
    let stored = row(&pancake, &id).await.notes.unwrap();
    assert_eq!(text(&stored), ("Khách VIP".into(), false));
    let left = handle.delete_note(&note).await.unwrap();
    assert!(text(&left.unwrap()).1);
    let error = handle.update_note(&note, "again").await.unwrap_err();
    assert_eq!(error.operation(), Some("update_customer_note"));
    assert_eq!(mock.violations(), []);
}

/// How often a text stands among the notes.
async fn count(pancake: &Pancake, id: &CustomerId, text: &str) -> usize {
    let notes = row(pancake, id).await.notes.unwrap_or_default();
    let same = |note: &&types::Note| note.message.as_deref() == Some(text);
    notes.iter().filter(same).count()
}

async fn add(handle: &Customer) -> Result<(), Error> {
    handle.add_note("một lần").await.map(|_| ())
}

#[tokio::test]
async fn a_note_whose_outcome_is_unknown_is_not_written_twice_and_a_refused_one_once_more() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let id = customer(&pancake).await;
    let handle = pancake.page(PAGE).customer(&id);
    mock.faults().add(
        Fault::new(FaultKind::ResetAfter)
            .on("add_customer_note")
            .times(1),
    );
    let error = add(&handle).await.unwrap_err();
    assert_eq!(error.execution(), Execution::Unknown);
    assert_eq!(error.attempts(), 1);
    assert_eq!(count(&pancake, &id, "một lần").await, 1);
    mock.faults().add(
        Fault::new(FaultKind::ErrorCode(429))
            .on("add_customer_note")
            .times(1),
    );
    add(&handle).await.unwrap();
    assert_eq!(count(&pancake, &id, "một lần").await, 2);
}
