//! Rows of campaigns and ads, out of every form in which the service answers.

/// What a row of the ads statistics stands for: an ad (`ById`) or a piece of time (`ByTime`).
pub use pancake_client::types::AdsStatisticsType as AdsGrouping;
use pancake_client::types::{
    AdsStatistics, AdsStatisticsResult, CampaignStatistics, CampaignStatisticsResult,
};
use serde::Serialize;

/// The rows, or `None` if the answer has no list.
pub(super) fn campaigns(answer: CampaignStatisticsResult) -> Option<Vec<CampaignStatistics>> {
    match answer {
        CampaignStatisticsResult::List(rows) => Some(rows),
        CampaignStatisticsResult::Envelope(envelope) => envelope.data,
    }
}

/// The rows, or `None` if the answer has no list.
pub(super) fn ads(answer: AdsStatisticsResult) -> Option<Vec<AdsStatistics>> {
    match answer {
        AdsStatisticsResult::List(rows) => Some(rows),
        AdsStatisticsResult::Envelope(envelope) => merged(envelope.data, envelope.ads),
    }
}

/// Both lists, or one of them if the other says the same: rows counted twice are as wrong as rows lost.
pub(crate) fn merged<T: Serialize>(
    first: Option<Vec<T>>,
    second: Option<Vec<T>>,
) -> Option<Vec<T>> {
    match (first, second) {
        (Some(mut first), Some(second)) => {
            if !alike(&first, &second) {
                first.extend(second);
            }
            Some(first)
        }
        (first, second) => first.or(second),
    }
}

fn alike<T: Serialize>(first: &[T], second: &[T]) -> bool {
    match (serde_json::to_value(first), serde_json::to_value(second)) {
        (Ok(first), Ok(second)) => first == second,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(json: &str) -> Option<Vec<String>> {
        let rows = ads(serde_json::from_str(json).unwrap())?;
        Some(rows.into_iter().filter_map(|row| row.name).collect())
    }

    #[test]
    fn every_form_of_the_ads_answer_gives_the_same_rows() {
        for json in [
            r#"[{"name":"a"},{"name":"b"}]"#,
            r#"{"success":true,"data":[{"name":"a"},{"name":"b"}]}"#,
            r#"{"success":true,"ads":[{"name":"a"},{"name":"b"}]}"#,
            r#"{"data":[{"name":"a"},{"name":"b"}],"ads":null}"#,
            r#"{"data":[],"ads":[{"name":"a"},{"name":"b"}]}"#,
            r#"{"data":[{"name":"a"}],"ads":[{"name":"b"}]}"#,
        ] {
            assert_eq!(names(json).unwrap(), ["a", "b"], "{json}");
        }
    }

    #[test]
    fn rows_that_stand_under_both_keys_are_given_once() {
        let json = r#"{"data":[{"name":"a","spend":"7"}],"ads":[{"name":"a","spend":"7"}]}"#;
        assert_eq!(names(json).unwrap(), ["a"]);
    }

    #[test]
    fn an_answer_without_a_list_is_told_from_an_empty_one() {
        assert_eq!(names(r#"{"success":true}"#), None);
        assert_eq!(names(r#"{"success":true,"data":[]}"#), Some(vec![]));
    }

    #[test]
    fn both_forms_of_the_campaign_answer_give_the_same_rows_with_numbers_as_they_were_written() {
        let row = r#"[{"ad_id":7,"daily_budget":"0500000","budget_remaining":12.5,"odd":1}]"#;
        for json in [
            row.to_owned(),
            format!(r#"{{"success":true,"data":{row}}}"#),
        ] {
            let rows = campaigns(serde_json::from_str(&json).unwrap()).unwrap();
            let budget = rows[0].daily_budget.as_ref().unwrap();
            assert_eq!(
                (budget.as_i64(), budget.as_str()),
                (Some(500_000), "0500000")
            );
            let left = rows[0].budget_remaining.as_ref().unwrap();
            assert_eq!((left.as_i64(), left.as_f64()), (None, Some(12.5)));
            assert_eq!(rows[0].extra["odd"], 1);
        }
    }
}
