//! Values of an undescribed form, each met once. A reader should lose the value and nothing around it.
use serde_json::{Value, json};

use super::Wire;
use crate::oddity::Oddity;

impl Wire<'_> {
    /// A list with entries that are none. They come first: the last row of a page is a cursor.
    pub(crate) fn list(&self, rows: Vec<Value>) -> Value {
        if !self.has(Oddity::OddEntries) {
            return rows.into();
        }
        let mut odd = vec![Value::Null, json!("?"), json!(7)];
        odd.extend(rows);
        odd.into()
    }

    /// `false` where an object or an id is.
    pub(super) fn odd_conversation(&self, index: u64, row: &mut Value) {
        if self.has(Oddity::OddEntries) {
            match index % 4 {
                1 => row["from"] = json!(false),
                2 => row["page_customer"] = json!(false),
                3 => row["page_customer"]["global_id"] = json!(false),
                _ => {}
            }
        }
    }

    /// Objects where texts are, null and a list where maps are.
    pub(super) fn odd_envelope(&self, index: u64, envelope: &mut Value) {
        if self.has(Oddity::OddEntries) {
            let phone = self.page.phone(index);
            envelope["recent_phone_numbers"] = json!([{"phone_number": phone}]);
            envelope["reports_by_phone"] = json!({phone: null});
            envelope["ad_clicks"] = json!([]);
        }
    }
}
