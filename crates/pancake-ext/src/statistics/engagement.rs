//! Engagement: series by day or hour, joined with their categories.

use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

use pancake_client::chrono::{Datelike, NaiveDate};
use pancake_client::operations::GET_ENGAGEMENT_STATISTICS;
use pancake_client::types::{self, EngagementSeriesEntry, EngagementStatistics};
use pancake_client::{DateRange, Numeric, Operation, UserId};

use super::joined::{self, Joined, SeriesMismatch, join};
use super::without;
use crate::error::{Error, ErrorKind};
use crate::scope::page::Page;

static OPERATION: Operation = GET_ENGAGEMENT_STATISTICS;

/// A request for the engagement of a page. See [`Statistics::engagement`](super::Statistics::engagement).
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before the request is awaited"]
pub struct EngagementRequest {
    page: Page,
    dates: DateRange,
    by_hour: bool,
    users: Option<Vec<UserId>>,
}

impl EngagementRequest {
    pub(super) fn new(page: Page, dates: DateRange) -> Self {
        EngagementRequest {
            page,
            dates,
            by_hour: false,
            users: None,
        }
    }

    /// Rows by hour instead of by day.
    pub fn by_hour(mut self) -> Self {
        self.by_hour = true;
        self
    }

    /// Only the engagement of these users. Several calls add up. Without it, all users count; a list without a user is
    /// refused, since the service would count all of them.
    pub fn users<U: Into<UserId>>(mut self, users: impl IntoIterator<Item = U>) -> Self {
        let users = users.into_iter().map(Into::into);
        self.users.get_or_insert_default().extend(users);
        self
    }

    /// `user_ids` as it goes out.
    fn user_ids(&self) -> Result<Option<String>, Error> {
        let Some(users) = &self.users else {
            return Ok(None);
        };
        let refusal = if users.is_empty() {
            "the filter names no user, and the service would count all; leave `users` out if that is meant".to_owned()
        } else {
            let is_one =
                |id: &&UserId| !id.as_str().trim().is_empty() && !id.as_str().contains(',');
            match users.iter().find(|id| !is_one(id)) {
                Some(id) => {
                    format!("`{id}` is not the id of one user; give ids as `list_users` has them")
                }
                None => {
                    let ids: Vec<_> = users.iter().map(UserId::as_str).collect();
                    return Ok(Some(ids.join(",")));
                }
            }
        };
        let error = Error::new(ErrorKind::InvalidRequest, refusal);
        Err(error.of(&OPERATION, Some(self.page.id().as_str())))
    }

    async fn send(self) -> Result<Engagement, Error> {
        let users = self.user_ids()?;
        let client = self.page.pancake().client();
        let mut call = client
            .get_engagement_statistics()
            .page_id(self.page.id())
            .date_range(self.dates);
        if self.by_hour {
            call = call.by_hour(true);
        }
        if let Some(users) = users {
            call = call.user_ids(users);
        }
        let answer = call.send().await?.into_inner();
        let has_rows = answer.statistics.is_some() || answer.users_engagements.is_some();
        if answer.data.is_none() && !has_rows {
            let what = "`data`, no `statistics` and no `users_engagements`";
            return Err(without(&self.page, &OPERATION, what));
        }
        Ok(Engagement::from(answer))
    }
}

/// Sends the request.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`] before anything is sent if a list of users was given that has none, or one whose id is
/// empty or has a comma; [`ErrorKind::InvalidAnswer`] if the answer has no figures at all; otherwise what the call itself
/// can fail with.
impl IntoFuture for EngagementRequest {
    type Output = Result<Engagement, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// The engagement of a page: its series, joined with their categories.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Engagement {
    /// One row for each day, or for each hour when that was asked for, in the order of the response: some responses begin with
    /// the newest day, others with the oldest. [`EngagementPoint::date`] tells which day a row is.
    pub rows: Vec<EngagementPoint>,
    /// Series that are longer or shorter than the list of categories; normally none. Look here before you rely on the
    /// categories of the last rows.
    pub mismatches: Vec<SeriesMismatch>,
    names: Arc<[String]>,
    answer: EngagementStatistics,
}

impl Engagement {
    /// Names of the series, in the order of the answer. A series without a name has the empty one.
    pub fn series(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The sum of a series over all rows. `None` if there is no such series, or if a number is missing or no whole number.
    ///
    /// It counts someone who was engaged with on two days twice.
    pub fn sum(&self, series: &str) -> Option<i64> {
        self.names.iter().find(|name| *name == series)?;
        joined::sum(self.rows.iter().map(|row| row.value(series)))
    }

    /// The rows by day or hour that older answers carry beside the series (`statistics`); empty in newer ones, by the vendor's
    /// own description.
    pub fn statistics(&self) -> &[types::EngagementRow] {
        self.answer.statistics.as_deref().unwrap_or_default()
    }

    /// The rows by user that newer answers carry instead (`users_engagements`), each for the whole range; empty in older
    /// ones.
    pub fn users(&self) -> &[types::UserEngagement] {
        self.answer.users_engagements.as_deref().unwrap_or_default()
    }

    /// The answer as it came.
    pub fn answer(&self) -> &EngagementStatistics {
        &self.answer
    }
}

impl From<EngagementStatistics> for Engagement {
    fn from(answer: EngagementStatistics) -> Self {
        let Joined {
            names,
            places,
            mismatches,
        } = answer.data.clone().map_or_else(Joined::default, |data| {
            let series = data.series.unwrap_or_default().into_iter();
            let series = series.map(|EngagementSeriesEntry { name, data, .. }| {
                (name.unwrap_or_default(), data.unwrap_or_default())
            });
            join(data.categories.unwrap_or_default(), series.collect())
        });
        let names: Arc<[String]> = names.into();
        let rows = places.into_iter().map(|place| EngagementPoint {
            category: place.category,
            names: names.clone(),
            values: place.values,
        });
        Engagement {
            rows: rows.collect(),
            mismatches,
            names,
            answer,
        }
    }
}

/// The engagement of one day or hour.
///
/// The methods for single series give whole numbers: `None` if the answer has no such series, or no whole number here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EngagementPoint {
    /// Name of the day or hour in the zone of the page, such as `26/8/2026` or `26/8`. `None` where the numbers go on after the last
    /// category.
    pub category: Option<String>,
    names: Arc<[String]>,
    values: Vec<Option<Numeric>>,
}

impl EngagementPoint {
    /// The day of the category, in the page's calendar. A category without a year is a day of `dates`, the range that was
    /// asked for. `None` if the category is not a day, or if `dates` has that day not once.
    pub fn date(&self, dates: impl Into<DateRange>) -> Option<NaiveDate> {
        let day_and_hour = self.category.as_deref()?.trim();
        let day = day_and_hour.split([' ', 'T']).next()?;
        let mut numbers = day.split('/').map(|number| number.parse::<u32>().ok());
        let (day, month) = (numbers.next()??, numbers.next()??);
        match numbers.next() {
            Some(year) => NaiveDate::from_ymd_opt(year?.try_into().ok()?, month, day),
            None => only_day_of(dates.into(), month, day),
        }
    }

    /// The number of any series here, as it was written. If two series have the name, the first number of them.
    pub fn value(&self, series: &str) -> Option<&Numeric> {
        let mut named = self.values().filter(|(name, _)| *name == series);
        named.find_map(|(_, value)| value)
    }

    /// The numbers of all series here, with the names of the series, in the order of the answer.
    pub fn values(&self) -> impl Iterator<Item = (&str, Option<&Numeric>)> {
        let names = self.names.iter().map(String::as_str);
        names.zip(self.values.iter().map(Option::as_ref))
    }

    /// Inbox conversations.
    pub fn inbox(&self) -> Option<i64> {
        self.whole("inbox")
    }

    /// Comments.
    pub fn comment(&self) -> Option<i64> {
        self.whole("comment")
    }

    /// Inbox conversations and comments.
    pub fn total(&self) -> Option<i64> {
        self.whole("total")
    }

    /// New customers who were answered.
    pub fn new_customer_replied(&self) -> Option<i64> {
        self.whole("new_customer_replied")
    }

    /// Customers engaged with in new inbox conversations.
    pub fn customer_engagement_new_inbox(&self) -> Option<i64> {
        self.whole("customer_engagement_new_inbox")
    }

    /// Orders.
    pub fn order_count(&self) -> Option<i64> {
        self.whole("order_count")
    }

    /// Orders of customers who had ordered before.
    pub fn old_order_count(&self) -> Option<i64> {
        self.whole("old_order_count")
    }

    fn whole(&self, series: &str) -> Option<i64> {
        self.value(series).and_then(Numeric::as_i64)
    }
}

/// The one day of a range with this month and day.
fn only_day_of(dates: DateRange, month: u32, day: u32) -> Option<NaiveDate> {
    let (first, last) = (dates.since().date(), dates.until().date());
    let mut days = (first.year()..=last.year())
        .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
        .filter(|date| (first..=last).contains(date));
    let date = days.next()?;
    days.next().is_none().then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Pancake;

    fn engagement(json: &str) -> Engagement {
        Engagement::from(serde_json::from_str::<EngagementStatistics>(json).unwrap())
    }

    #[test]
    fn each_row_has_its_category_and_the_numbers_of_all_series() {
        let engagement = engagement(
            r#"{"data":{"categories":["26/8","27/8"],"series":[
                {"name":"inbox","data":[3,"4"]},{"name":"comment","data":[1,null]},{"name":"total","data":[4,4.0]},
                {"name":"new_customer_replied","data":[5,5]},{"name":"customer_engagement_new_inbox","data":[6,6]},
                {"name":"order_count","data":[7,7]},{"name":"old_order_count","data":[8,8]},
                {"name":"later","data":["x",1.5]}]}}"#,
        );
        let [first, second] = engagement.rows.as_slice() else {
            panic!("{engagement:?}");
        };
        assert_eq!(first.category.as_deref(), Some("26/8"));
        let known = [
            first.inbox(),
            first.comment(),
            first.total(),
            first.new_customer_replied(),
            first.customer_engagement_new_inbox(),
            first.order_count(),
            first.old_order_count(),
        ];
        assert_eq!(known, [3, 1, 4, 5, 6, 7, 8].map(Some));
        assert_eq!(first.value("later").map(Numeric::as_str), Some("x"));
        assert_eq!(
            (second.inbox(), second.comment(), second.total()),
            (Some(4), None, Some(4))
        );
        assert_eq!(second.value("later").and_then(Numeric::as_f64), Some(1.5));
        assert_eq!(second.value("none"), None);
        assert_eq!(engagement.series().count(), 8);
        assert_eq!(engagement.mismatches, []);
    }

    #[test]
    fn category_with_or_without_year_is_the_same_day() {
        let winter = DateRange::try_from("30/12/2025 00:00:00 - 02/01/2026 23:59:59").unwrap();
        for categories in [
            r#"["2/1/2026","1/1/2026","31/12/2025"]"#,
            r#"["02/01","1/1","31/12"]"#,
            r#"["2/1 14:00","1/1 13:00","31/12/2025 12:00"]"#,
        ] {
            let json = format!(r#"{{"data":{{"categories":{categories},"series":[]}}}}"#);
            let rows = engagement(&json).rows;
            let days = rows.iter().map(|row| row.date(winter).unwrap().to_string());
            assert_eq!(
                days.collect::<Vec<_>>(),
                ["2026-01-02", "2026-01-01", "2025-12-31"]
            );
        }
    }

    #[test]
    fn category_that_is_not_one_day_has_no_date() {
        let dates = DateRange::try_from("30/12/2024 00:00:00 - 30/12/2025 23:59:59").unwrap();
        let odd = r#"{"data":{"categories":[null,"","noon","30/12","31/13","29/2","1/1/x"],"series":[]}}"#;
        for row in engagement(odd).rows {
            assert_eq!(row.date(dates), None, "{:?}", row.category);
        }
    }

    #[test]
    fn sums_are_given_only_where_they_are_exact() {
        let engagement = engagement(
            r#"{"data":{"categories":["a","b"],"series":[
                {"name":"inbox","data":[3,"4"]},{"name":"comment","data":[1,null]},{"name":"short","data":[1]}]}}"#,
        );
        assert_eq!(engagement.sum("inbox"), Some(7));
        assert_eq!(engagement.sum("comment"), None);
        assert_eq!(engagement.sum("short"), None);
        assert_eq!(engagement.sum("absent"), None);
    }

    #[test]
    fn a_series_of_another_length_is_kept_and_seen() {
        let engagement = engagement(
            r#"{"data":{"categories":["a"],"series":[{"name":"inbox","data":[3,4]},{"name":"total","data":null}]}}"#,
        );
        assert_eq!(engagement.rows.len(), 2);
        assert_eq!(
            (
                engagement.rows[1].category.as_ref(),
                engagement.rows[1].inbox()
            ),
            (None, Some(4))
        );
        assert_eq!(engagement.rows[0].total(), None);
        let named: Vec<_> = engagement
            .mismatches
            .iter()
            .map(|odd| odd.series.as_str())
            .collect();
        assert_eq!(named, ["inbox", "total"]);
    }

    #[test]
    fn a_null_category_does_not_shift_the_others() {
        let engagement = engagement(
            r#"{"data":{"categories":["a",null,"c"],"series":[{"name":"inbox","data":[1,2,3]}]}}"#,
        );
        let last = engagement.rows.last().unwrap();
        assert_eq!(
            (last.category.as_deref(), last.inbox()),
            (Some("c"), Some(3))
        );
    }

    #[test]
    fn series_with_the_same_name_or_none_are_all_there() {
        let engagement = engagement(
            r#"{"data":{"categories":["a"],"series":[{"name":"inbox","data":[null]},{"name":"inbox","data":[2]},{"data":[9]}]}}"#,
        );
        let row = &engagement.rows[0];
        assert_eq!(row.inbox(), Some(2));
        let all: Vec<_> = row
            .values()
            .map(|(name, value)| (name, value.and_then(Numeric::as_i64)))
            .collect();
        assert_eq!(all, [("inbox", None), ("inbox", Some(2)), ("", Some(9))]);
    }

    #[test]
    fn the_rows_of_both_forms_are_kept_and_the_answer_is_reachable() {
        let older = engagement(
            r#"{"success":true,"statistics":[{"hour":"2026-03-01T00:00:00","inbox":3}]}"#,
        );
        assert_eq!((older.rows.len(), older.users().len()), (0, 0));
        assert_eq!(older.statistics()[0].inbox, Some(3));
        let newer = engagement(
            r#"{"success":true,"users_engagements":[{"user_id":"u","name":"Lan","inbox_count":2,"comment_count":1,
                "total_engagement":3,"customer_engagement_new_inbox":4,"new_customer_replied_count":5,"order_count":6,
                "old_order_count":7}],"later":1}"#,
        );
        assert_eq!(newer.statistics().len(), 0);
        let user = &newer.users()[0];
        assert_eq!(
            (
                user.user_id.as_ref().map(UserId::as_str),
                user.name.as_deref()
            ),
            (Some("u"), Some("Lan"))
        );
        let figures = [
            user.inbox_count,
            user.comment_count,
            user.total_engagement,
            user.customer_engagement_new_inbox,
            user.new_customer_replied_count,
            user.order_count,
            user.old_order_count,
        ];
        assert_eq!(figures, [2, 1, 3, 4, 5, 6, 7].map(Some));
        assert_eq!(newer.answer().extra["later"], 1);
        assert_eq!(engagement("{}").rows.len(), 0);
    }

    #[tokio::test]
    async fn a_filter_that_names_no_user_is_refused_before_anything_is_sent() {
        // Nothing listens at this address.
        let pancake = Pancake::builder()
            .base_url("http://127.0.0.1:9")
            .build()
            .unwrap();
        let dates = DateRange::try_from("01/03/2026 00:00:00 - 31/03/2026 23:59:59").unwrap();
        let request = || pancake.page("1").statistics().engagement(dates);
        for users in [vec![], vec![""], vec![" "], vec!["u", "v,w"]] {
            let error = request().users(users.clone()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{users:?}");
            assert_eq!(error.attempts(), 0);
            assert_eq!(error.operation(), Some("get_engagement_statistics"));
        }
        let ids = request().users(["u"]).users([UserId::from("v")]).user_ids();
        assert_eq!(ids.unwrap().as_deref(), Some("u,v"));
        assert_eq!(request().user_ids().unwrap(), None);
    }
}
