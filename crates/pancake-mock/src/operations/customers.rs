//! List and change page customers.
use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::{
    answer::{Answer, Outcome},
    call::Call,
    world::{Order, PageState},
};

pub(super) fn list(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let range = call.required_range()?;
    let (skip, take) = call.numbered_page(100)?;
    let order = match call.query("order_by") {
        Some("updated_at") => Order::Updated,
        _ => Order::Inserted,
    };
    let mut total = 0;
    let rows = call.rows(skip, take, |skip, take| {
        let (count, rows) = page.customer_page(order, range, skip, take);
        total = count;
        rows
    });
    let wire = call.wire(page);
    let customers: Vec<_> = rows.into_iter().map(|index| wire.customer(index)).collect();
    Answer::ok(json!({"customers": wire.list(customers), "success": true, "total": total}))
}

/// The customer that the path names.
pub(super) fn customer(call: &Call<'_>, page: &PageState) -> Result<u64, Answer> {
    page.customer_index(call.path("page_customer_id"))
        .ok_or_else(|| Answer::failure(100, "Invalid page_customer_id"))
}

pub(super) fn update(call: &Call<'_>, page: &mut PageState) -> Outcome {
    let index = customer(call, page)?;
    let Some(changes) = call.body.get("changes").and_then(Value::as_object) else {
        return Answer::refuse(100, "Missing changes");
    };
    let text = |key: &str| changes.get(key).and_then(Value::as_str).map(str::to_owned);
    if text("birthday").is_some_and(|birthday| !is_birthday(&birthday)) {
        return Answer::refuse(100, "Invalid birthday");
    }
    page.change_customer(index, call.now, |customer| {
        customer.name = text("name").or(customer.name.take());
        customer.gender = text("gender").or(customer.gender.take());
        customer.birthday = text("birthday").or(customer.birthday.take());
        if let Some(numbers) = changes.get("phone_numbers").and_then(Value::as_array) {
            let numbers = numbers.iter().filter_map(Value::as_str).map(str::to_owned);
            customer.phone_numbers = Some(numbers.collect());
        }
    });
    Answer::ok(json!({"success": true}))
}

/// `YYYY-MM-DD`, with `00` for what is unknown.
fn is_birthday(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let [year, month, day] = parts[..] else {
        return false;
    };
    let number = |part: &str, digits: usize| {
        let fits = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| part.parse::<u32>().ok()).flatten()
    };
    match (number(year, 4), number(month, 2), number(day, 2)) {
        (Some(year), Some(month), Some(day)) if year > 0 && month > 0 && day > 0 => {
            let year = i32::try_from(year).unwrap_or(0);
            NaiveDate::from_ymd_opt(year, month, day).is_some()
        }
        (Some(_), Some(month), Some(day)) => month <= 12 && day <= 31,
        _ => false,
    }
}
