//! Notes about customers.

use pancake_ext::{CustomerId, Pancake, types};

use super::{PAGE, customer, sdk, server};

#[tokio::test]
async fn a_note_is_added_changed_and_deleted() {
    let mock = server().await;
    let pancake = sdk(&mock);
    let customer = customer(&pancake).await;
    let client = pancake.client();
    let call = client
        .add_customer_note()
        .page_id(PAGE)
        .page_customer_id(&customer);
    let added = call
        .body_map(|body| body.message("Khách quen"))
        .send()
        .await
        .unwrap();
    let note = added.into_inner().note_id.unwrap();
    let call = client
        .update_customer_note()
        .page_id(PAGE)
        .page_customer_id(&customer);
    call.body_map(|body| body.note_id(&note).message("Khách VIP"))
        .send()
        .await
        .unwrap();
    let notes = notes(&pancake, &customer).await;
    let stored = notes
        .iter()
        .find(|other| other.id.as_ref() == Some(&note))
        .unwrap();
    assert_eq!(stored.message.as_deref(), Some("Khách VIP"));
    assert!(stored.removed_at.is_none());
    let call = client
        .delete_customer_note()
        .page_id(PAGE)
        .page_customer_id(&customer);
    call.body_map(|body| body.note_id(&note))
        .send()
        .await
        .unwrap();
    let notes = self::notes(&pancake, &customer).await;
    let left = notes.iter().find(|other| other.id.as_ref() == Some(&note));
    assert!(
        left.is_none_or(|note| note.removed_at.is_some()),
        "{left:?}"
    );
    assert_eq!(mock.violations(), []);
}

async fn notes(pancake: &Pancake, customer: &CustomerId) -> Vec<types::Note> {
    let mut number = 1;
    loop {
        let call = pancake
            .client()
            .list_page_customers()
            .page_id(PAGE)
            .since(0)
            .until(2_000_000_000);
        let list = call
            .page_number(number)
            .page_size(100)
            .send()
            .await
            .unwrap()
            .into_inner();
        let rows = list.customers.unwrap();
        assert!(!rows.is_empty(), "the customer is not in the list");
        if let Some(row) = rows
            .into_iter()
            .find(|row| row.id.as_ref() == Some(customer))
        {
            return row.notes.unwrap_or_default();
        }
        number += 1;
    }
}
