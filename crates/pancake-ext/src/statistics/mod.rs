//! The statistics of one page: the eight calls, with series joined to what they count.

mod ads;
mod engagement;
mod joined;
mod tags;
mod users;

use pancake_client::operations::{
    GET_ADS_STATISTICS, GET_CAMPAIGN_STATISTICS, GET_FEEDBACK_STATISTICS,
    GET_PAGE_CUSTOMER_STATISTICS, GET_PAGE_STATISTICS, GET_TAG_STATISTICS, GET_USER_STATISTICS,
};
/// What a row of the statistics of new customers stands for: a day or an hour, or a day of one page.
pub use pancake_client::types::CustomerStatisticsGrouping as CustomerGrouping;
use pancake_client::{DateRange, DayRange, Operation, types};

pub use ads::AdsGrouping;
pub(crate) use ads::merged;
pub use engagement::{Engagement, EngagementPoint, EngagementRequest};
pub use joined::SeriesMismatch;
pub use tags::{TagCount, TagPoint, TagTable, TagUsage};
pub use users::{UserActivity, UserWork};

use crate::error::{Error, ErrorKind, Execution};
use crate::scope::page::Page;
use crate::time::time_range::TimeRange;

/// The statistics of a page. Cheap to make and to clone; making it sends nothing. See [`Page::statistics`].
///
/// Five of the calls take a [`TimeRange`], in unix seconds; [`engagement`](Self::engagement) and [`users`](Self::users) take
/// a [`DateRange`], which the service reads in the zone of the page; [`page_customers`](Self::page_customers) takes a
/// [`DayRange`]. A [`Period`](crate::Period) becomes each of them.
///
/// Numbers that the API writes as text are [`Numeric`](crate::Numeric): they are read as numbers by
/// [`as_i64`](crate::Numeric::as_i64) and [`as_f64`](crate::Numeric::as_f64), and kept as they were written.
#[derive(Clone, Debug)]
pub struct Statistics {
    page: Page,
}

impl Page {
    /// The statistics of the page. Nothing is sent.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// use pancake_ext::TimeRange;
    ///
    /// let march = TimeRange::unix(1_772_323_200, 1_775_001_600)?;
    /// for hour in page.statistics().page(march).await? {
    ///     println!("{:?}: {:?} new customers", hour.hour, hour.new_customer_count);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn statistics(&self) -> Statistics {
        Statistics { page: self.clone() }
    }
}

impl Statistics {
    /// The figures of the page's ad campaigns. The service answers in one of two forms; both give the same rows here.
    ///
    /// # Errors
    ///
    /// What the call itself can fail with, and [`ErrorKind::InvalidAnswer`] if the answer has no list at all.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// # let march = pancake_ext::TimeRange::unix(1_772_323_200, 1_775_001_600)?;
    /// for row in page.statistics().campaigns(march).await? {
    ///     let budget = row.daily_budget.as_ref().and_then(|budget| budget.as_i64());
    ///     println!("{:?}: {budget:?} {:?} a day", row.campaign_id, row.currency);
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn campaigns(
        &self,
        range: impl Into<TimeRange>,
    ) -> Result<Vec<types::CampaignStatistics>, Error> {
        let range = range.into();
        let client = self.page.pancake().client();
        let call = client
            .get_campaign_statistics()
            .page_id(self.page.id())
            .since(range.since())
            .until(range.until());
        let rows = ads::campaigns(call.send().await?.into_inner());
        rows.ok_or_else(|| without(&self.page, &CAMPAIGNS, "list of campaigns"))
    }

    /// The figures of the page's ads, a row for each ad or for each piece of time. The service answers in one of three
    /// forms; all give the same rows here.
    ///
    /// # Errors
    ///
    /// What the call itself can fail with, and [`ErrorKind::InvalidAnswer`] if the answer has no list at all.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// # let march = pancake_ext::TimeRange::unix(1_772_323_200, 1_775_001_600)?;
    /// use pancake_ext::AdsGrouping;
    ///
    /// for ad in page.statistics().ads(march, AdsGrouping::ById).await? {
    ///     println!("{:?}: {:?} {:?}", ad.name, ad.spend, ad.currency);
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn ads(
        &self,
        range: impl Into<TimeRange>,
        grouping: AdsGrouping,
    ) -> Result<Vec<types::AdsStatistics>, Error> {
        let range = range.into();
        let client = self.page.pancake().client();
        let call = client
            .get_ads_statistics()
            .page_id(self.page.id())
            .since(range.since())
            .until(range.until())
            .type_(grouping);
        let rows = ads::ads(call.send().await?.into_inner());
        rows.ok_or_else(|| without(&self.page, &ADS, "list of ads"))
    }

    /// How many customers were engaged with, by day or by hour. The dates are read in the zone of the page.
    ///
    /// Nothing is sent before the request is awaited.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), Box<dyn std::error::Error>> {
    /// use pancake_ext::DateRange;
    ///
    /// let march: DateRange = "01/03/2026 00:00:00 - 31/03/2026 23:59:59".parse()?;
    /// let engagement = page.statistics().engagement(march).await?;
    /// for day in &engagement.rows {
    ///     println!("{:?}: {:?} by inbox, {:?} in all", day.category, day.inbox(), day.total());
    /// }
    /// # Ok(()) }
    /// ```
    pub fn engagement(&self, dates: impl Into<DateRange>) -> EngagementRequest {
        EngagementRequest::new(self.page.clone(), dates.into())
    }

    /// The figures of the page, a row for each hour in which something happened.
    ///
    /// The range is in unix seconds, but `hour` is a [`LocalHour`](crate::LocalHour), by the page's own clock: the rows of
    /// one local day have one [`date`](crate::LocalHour::date).
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// let zone = page.zone().await?;
    /// for row in page.statistics().page(page.yesterday().await?).await? {
    ///     let Some(hour) = row.hour else { continue };
    ///     println!("{hour} by the page's clock, {:?} in UTC", hour.instant(zone));
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// What the call itself can fail with, and [`ErrorKind::InvalidAnswer`] if the answer has no list at all.
    pub async fn page(
        &self,
        range: impl Into<TimeRange>,
    ) -> Result<Vec<types::PageStatisticsRow>, Error> {
        let range = range.into();
        let client = self.page.pancake().client();
        let call = client
            .get_page_statistics()
            .page_id(self.page.id())
            .since(range.since())
            .until(range.until());
        let rows = call.send().await?.into_inner().data;
        rows.ok_or_else(|| without(&self.page, &PAGE, "`data`"))
    }

    /// How often each tag was set, by day, and today by hour.
    ///
    /// # Errors
    ///
    /// What the call itself can fail with, and [`ErrorKind::InvalidAnswer`] if the answer has no figures at all.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// # let march = pancake_ext::TimeRange::unix(1_772_323_200, 1_775_001_600)?;
    /// let usage = page.statistics().tags(march).await?;
    /// for day in &usage.range.rows {
    ///     for tag in &day.counts {
    ///         println!("{:?}: {:?} {:?} times", day.category, tag.name, tag.count());
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn tags(&self, range: impl Into<TimeRange>) -> Result<TagUsage, Error> {
        let range = range.into();
        let client = self.page.pancake().client();
        let call = client
            .get_tag_statistics()
            .page_id(self.page.id())
            .since(range.since())
            .until(range.until());
        let answer = call.send().await?.into_inner();
        if answer.data.is_none() && answer.data_today.is_none() {
            return Err(without(&self.page, &TAGS, "`data` and no `data_today`"));
        }
        Ok(TagUsage::from(answer))
    }

    /// What each user did: a summary, and rows by hour. The dates are read in the zone of the page.
    ///
    /// # Errors
    ///
    /// What the call itself can fail with, and [`ErrorKind::InvalidAnswer`] if the answer has no figures at all.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), Box<dyn std::error::Error>> {
    /// use pancake_ext::DateRange;
    ///
    /// let march: DateRange = "01/03/2026 00:00:00 - 31/03/2026 23:59:59".parse()?;
    /// let activity = page.statistics().users(march).await?;
    /// for (id, user) in &activity.users {
    ///     println!("{id} {:?}: answers in {:?} ms", user.name(), user.average_response_millis());
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn users(&self, dates: impl Into<DateRange>) -> Result<UserActivity, Error> {
        let client = self.page.pancake().client();
        let call = client
            .get_user_statistics()
            .page_id(self.page.id())
            .date_range(dates.into());
        let answer = call.send().await?.into_inner();
        if answer.data.is_none() {
            return Err(without(&self.page, &USERS, "`data`"));
        }
        Ok(UserActivity::from(answer))
    }

    /// What customers thought of the answers they got: each rating, and the average of each user. The range has to be
    /// shorter than 30 days.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] if the range is of 30 days or more: nothing is sent then. What the call itself can fail
    /// with, and [`ErrorKind::InvalidAnswer`] if the answer has neither list.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), pancake_ext::Error> {
    /// for window in page.last_days(90).await?.windows(30) {
    ///     let feedback = page.statistics().customer_feedbacks(window).await?;
    ///     for user in feedback.customer_average_feedback.unwrap_or_default() {
    ///         let average = user.avg_feedback.as_ref().and_then(|average| average.as_f64());
    ///         println!("{:?}: {average:?} of {:?}", user.employee_name, user.feedback_count);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn customer_feedbacks(
        &self,
        range: impl Into<TimeRange>,
    ) -> Result<types::FeedbackStatistics, Error> {
        let range = range.into();
        if range.until().saturating_sub(range.since()) >= THIRTY_DAYS {
            let message = "feedbacks are given for less than 30 days at a time: split the range, as `Period::windows(30)` does";
            return Err(Error::unsent(message, &FEEDBACKS, self.page.id()));
        }
        let client = self.page.pancake().client();
        let call = client
            .get_feedback_statistics()
            .page_id(self.page.id())
            .since(range.since())
            .until(range.until());
        let answer = call.send().await?.into_inner();
        if answer.customer_feedback.is_none() && answer.customer_average_feedback.is_none() {
            return Err(without(&self.page, &FEEDBACKS, "`customer_feedback`"));
        }
        Ok(answer)
    }

    /// How many new customers, conversations and phone numbers the page got: rows by day or by hour, or, for each page, rows
    /// by day. Whole days are asked for, those that the range touches; whether they are days of the page's zone or of UTC is
    /// not known.
    ///
    /// # Errors
    ///
    /// What the call itself can fail with, and [`ErrorKind::InvalidAnswer`] if the answer has no figures at all.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page) -> Result<(), Box<dyn std::error::Error>> {
    /// use pancake_ext::{CustomerGrouping, DayRange, types::NewCustomerFigures};
    ///
    /// let march: DayRange = "01/03/2026 - 31/03/2026".parse()?;
    /// if let NewCustomerFigures::Rows(days) = page.statistics().page_customers(march, CustomerGrouping::Day).await? {
    ///     for day in days {
    ///         println!("{:?}: {:?} new customers", day.date, day.new_customer_count);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn page_customers(
        &self,
        days: impl Into<DayRange>,
        grouping: CustomerGrouping,
    ) -> Result<types::NewCustomerFigures, Error> {
        let client = self.page.pancake().client();
        let call = client
            .get_page_customer_statistics()
            .page_id(self.page.id())
            .date_range(days.into())
            .group_by(grouping);
        let figures = call.send().await?.into_inner().data;
        figures.ok_or_else(|| without(&self.page, &CUSTOMERS, "`data`"))
    }
}

/// The error for an answer without its rows: that is not the same as no rows.
fn without(page: &Page, operation: &'static Operation, what: &str) -> Error {
    Error::new(
        ErrorKind::InvalidAnswer,
        format!("the answer is a success and has no {what}; ask again, or look at the raw answer of `Pancake::client`"),
    )
    .with_execution(Execution::Executed)
    .of(operation, Some(page.id().as_str()))
}

static CAMPAIGNS: Operation = GET_CAMPAIGN_STATISTICS;
static ADS: Operation = GET_ADS_STATISTICS;
static PAGE: Operation = GET_PAGE_STATISTICS;
static FEEDBACKS: Operation = GET_FEEDBACK_STATISTICS;

/// In seconds; the last one is part of a range, so that 30 whole days are one less.
const THIRTY_DAYS: i64 = 30 * 86_400;
static CUSTOMERS: Operation = GET_PAGE_CUSTOMER_STATISTICS;
static TAGS: Operation = GET_TAG_STATISTICS;
static USERS: Operation = GET_USER_STATISTICS;
