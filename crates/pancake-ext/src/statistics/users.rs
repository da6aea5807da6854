//! What users did: a summary and rows by hour, joined by the id of the user.

use std::collections::BTreeMap;

use pancake_client::types::{self, UserStatisticsRow, UserStatisticsSummary};
use pancake_client::{Numeric, UserId};

/// What the users of a page did. See [`Statistics::users`](super::Statistics::users).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UserActivity {
    /// Everyone whom the answer has a summary of, or rows.
    pub users: BTreeMap<UserId, UserWork>,
    answer: types::UserStatistics,
}

impl UserActivity {
    /// The answer as it came.
    pub fn answer(&self) -> &types::UserStatistics {
        &self.answer
    }
}

impl From<types::UserStatistics> for UserActivity {
    fn from(answer: types::UserStatistics) -> Self {
        let mut users: BTreeMap<UserId, UserWork> = BTreeMap::new();
        if let Some(data) = &answer.data {
            for (id, summary) in data.users.iter().flatten() {
                users.entry(id.into()).or_default().summary = Some(summary.clone());
            }
            for (id, hours) in data.statistics.iter().flatten() {
                users.entry(id.into()).or_default().hours = hours.clone().unwrap_or_default();
            }
        }
        UserActivity { users, answer }
    }
}

/// What one user did.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct UserWork {
    /// The whole time. `None` if the answer has only rows of this user.
    pub summary: Option<UserStatisticsSummary>,
    /// Rows by hour; empty if the answer has only the summary.
    pub hours: Vec<UserStatisticsRow>,
}

impl UserWork {
    /// Name of the user, if the answer has a summary.
    pub fn name(&self) -> Option<&str> {
        self.summary.as_ref()?.user_name.as_deref()
    }

    /// How long customers waited for an answer over the whole time, in milliseconds, as the service averages it.
    pub fn average_response_millis(&self) -> Option<f64> {
        let average = self.summary.as_ref()?.average_response_time.as_ref();
        average.and_then(Numeric::as_f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(json: &str) -> UserActivity {
        UserActivity::from(serde_json::from_str::<types::UserStatistics>(json).unwrap())
    }

    #[test]
    fn summary_and_hours_of_a_user_come_together_and_neither_needs_the_other() {
        let activity = activity(
            r#"{"data":{"users":{"a":{"user_name":"Ngọc","average_response_time":"588569.5"},"b":{"user_name":"Hà"}},
                "statistics":{"a":[{"inbox_count":6},{"inbox_count":1}],"c":[{"inbox_count":2}],"d":null}}}"#,
        );
        let shown: Vec<_> = activity
            .users
            .iter()
            .map(|(id, user)| (id.as_str(), user.name(), user.hours.len()))
            .collect();
        assert_eq!(
            shown,
            [
                ("a", Some("Ngọc"), 2),
                ("b", Some("Hà"), 0),
                ("c", None, 1),
                ("d", None, 0)
            ]
        );
        assert_eq!(
            activity.users[&UserId::from("a")].average_response_millis(),
            Some(588_569.5)
        );
        assert_eq!(
            activity.users[&UserId::from("b")].average_response_millis(),
            None
        );
    }

    #[test]
    fn an_answer_without_data_has_no_users_and_is_kept() {
        let activity = activity(r#"{"success":true,"later":1}"#);
        assert!(activity.users.is_empty());
        assert_eq!(activity.answer().extra["later"], 1);
    }
}
