//! Customers and the notes about them, changed and read back.

use pancake_ext::types::{Customer, Note};
use pancake_ext::{CustomerId, Period};

use crate::failure::Failure;
use crate::stage::Stage;

pub(crate) async fn play(stage: &mut Stage) -> Result<(), Failure> {
    stage.area("Customers and other lists")?;
    let days = stage.page.last_days(30).await?;
    let id = list(stage, days).await?;
    update(stage, days, &id).await?;
    notes(stage, days, &id).await?;
    picture(stage, days, &id).await
}

async fn picture(stage: &mut Stage, days: Period, id: &CustomerId) -> Result<(), Failure> {
    stage.step("Page::avatar says where the picture is, without a token")?;
    let psid = row(stage, days, id).await?.psid;
    let psid = psid.ok_or("the customer has no id of the channel")?;
    let avatar = stage.page.avatar(psid).await?;
    let host = avatar.url().and_then(|url| url.host_str());
    stage.says(host.unwrap_or("the picture itself"))?;
    stage.check(host.is_some(), "the picture is nowhere")
}

async fn list(stage: &mut Stage, days: Period) -> Result<CustomerId, Failure> {
    stage.step("Page::customers takes days of the page's own calendar, and reads ahead")?;
    let mut pager = stage
        .page
        .customers(days.covering())
        .page_size(20)
        .prefetch(2)
        .stream();
    let mut rows = Vec::new();
    while let Some(row) = pager.try_next().await? {
        rows.push(row);
    }
    stage.says(format!(
        "{} from {} to {}",
        rows.len(),
        days.first_day(),
        days.last_day()
    ))?;
    let whole = stage.page.customers(days.covering()).collect().await?;
    stage.check(
        pager.answers() > 1 && rows.len() == whole.len(),
        "another page size gives other customers",
    )?;
    let id = rows.into_iter().find_map(|row| row.id);
    id.ok_or(Failure::new("there is no customer"))
}

/// The customer as the list has them now.
async fn row(stage: &Stage, days: Period, id: &CustomerId) -> Result<Customer, Failure> {
    let rows = stage.page.customers(days.covering()).collect().await?;
    let mut rows = rows.into_iter();
    let row = rows.find(|row| row.id.as_ref() == Some(id));
    row.ok_or(Failure::new("the customer is no longer in the list"))
}

async fn update(stage: &mut Stage, days: Period, id: &CustomerId) -> Result<(), Failure> {
    stage.step("Customer::update changes what is given and leaves the rest")?;
    let before = row(stage, days, id).await?;
    let customer = stage.page.customer(id);
    customer.update().name("Nguyễn Thị Lan").await?;
    let after = row(stage, days, id).await?;
    stage.says(format!(
        "{} is {} now",
        before.name.as_deref().unwrap_or("somebody without a name"),
        after.name.as_deref().unwrap_or_default()
    ))?;
    stage.check(
        after.name.as_deref() == Some("Nguyễn Thị Lan"),
        "the list has another name",
    )?;
    stage.check(
        (after.gender, after.phone_numbers) == (before.gender, before.phone_numbers),
        "something else has changed",
    )
}

async fn notes(stage: &mut Stage, days: Period, id: &CustomerId) -> Result<(), Failure> {
    stage.step("Customer::add_note, update_note and delete_note")?;
    let customer = stage.page.customer(id);
    let note = customer.add_note("Giao buổi chiều").await?.id;
    let note = note.ok_or("the note has no id")?;
    customer.update_note(&note, "Giao buổi sáng").await?;
    let find = |row: Customer| {
        let mut notes = row.notes.into_iter().flatten();
        notes.find(|other| other.id.as_ref() == Some(&note))
    };
    let changed = find(row(stage, days, id).await?).and_then(|note| note.message);
    customer.delete_note(&note).await?;
    let left = find(row(stage, days, id).await?);
    stage.says(format!(
        "written, changed to {}, deleted",
        changed.as_deref().unwrap_or_default()
    ))?;
    stage.check(
        changed.as_deref() == Some("Giao buổi sáng"),
        "the list has another note",
    )?;
    let is_gone = |note: &Note| note.removed_at.is_some();
    stage.check(left.as_ref().is_none_or(is_gone), "the note is still there")
}
