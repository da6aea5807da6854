//! The figures of a page, which agree with what this program has done.

use pancake_ext::types::{Ad, ExportedAdClick, NewCustomerFigures};
use pancake_ext::{AdsGrouping, CustomerGrouping, Period, TagUsage, UserWork};

use crate::failure::Failure;
use crate::stage::Stage;

pub(crate) async fn play(stage: &mut Stage) -> Result<(), Failure> {
    stage.area("Statistics")?;
    count(stage).await?;
    let week = stage.page.last_days(7).await?;
    work(stage, week).await?;
    tags(stage).await?;
    ads(stage).await?;
    later(stage).await
}

/// Messages that the page has sent to inboxes.
async fn sent(stage: &Stage, days: Period) -> Result<i64, Failure> {
    let hours = stage.page.statistics().page(days).await?;
    Ok(hours.iter().filter_map(|hour| hour.page_inbox_count).sum())
}

async fn count(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Statistics::page counts an answer at once; today is the page's own")?;
    let today = stage.page.today().await?;
    let before = sent(stage, today).await?;
    stage.chat.reply("Dạ em cảm ơn ạ").await?.delivered()?;
    let after = sent(stage, today).await?;
    stage.says(format!(
        "{}: {before} sent, then {after}",
        today.first_day()
    ))?;
    stage.check(after == before + 1, "the answer was not counted once")
}

async fn work(stage: &mut Stage, week: Period) -> Result<(), Failure> {
    stage
        .step("Statistics::engagement and users take the same seven days, each in its own form")?;
    let figures = stage.page.statistics();
    let engagement = figures.engagement(week).await?;
    let staff = figures.users(week).await?.users;
    let average = |work: &UserWork| {
        let minutes = work.average_response_millis()? / 60_000.0;
        Some(format!("{} in {minutes:.0} min", work.name()?))
    };
    let answers: Vec<String> = staff.values().filter_map(average).take(3).collect();
    let total = engagement.sum("total").unwrap_or_default();
    stage.says(format!(
        "{total} customers from {} to {}; answered: {}",
        week.first_day(),
        week.last_day(),
        answers.join(", ")
    ))?;
    stage.check(
        engagement.mismatches.is_empty() && engagement.rows.len() == 7 && total > 0,
        "the engagement is not that of seven days",
    )?;
    stage.check(
        !answers.is_empty(),
        "the figures of the staff are not there",
    )
}

/// How often each tag was set today.
async fn today(stage: &Stage) -> Result<TagUsage, Failure> {
    let today = stage.page.today().await?;
    Ok(stage.page.statistics().tags(today).await?)
}

async fn tags(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Statistics::tags counts a tag as soon as it is set")?;
    let before = today(stage).await?;
    let tag = before.tags().first();
    let (name, id) = tag
        .and_then(|tag| Some((tag.text.clone()?, tag.id.clone()?)))
        .ok_or("the page has no tags")?;
    stage.chat.add_tag(&id).await?;
    let after = today(stage).await?;
    stage.chat.remove_tag(&id).await?;
    let counts = (before.range.sum(&id), after.range.sum(&id));
    let (Some(before), Some(after)) = counts else {
        return Err("a count is no number".into());
    };
    stage.says(format!("{name} today: {before}, then {after}"))?;
    stage.check(after == before + 1, "the tag was not counted once")
}

async fn ads(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Statistics::ads and campaigns")?;
    let days = stage.page.last_days(365).await?;
    let figures = stage.page.statistics();
    let ads = figures.ads(days, AdsGrouping::ById).await?;
    let reach = ads.iter().map(|ad| ad.reach.as_ref()?.as_i64());
    let reach: Option<i64> = reach.sum();
    let campaigns = figures.campaigns(days).await?;
    let budgets = campaigns
        .iter()
        .map(|campaign| campaign.daily_budget.as_ref()?.as_i64());
    let budget: Option<i64> = budgets.sum();
    let (Some(reach), Some(budget)) = (reach, budget) else {
        return Err("an amount is no number".into());
    };
    stage.says(format!(
        "{} ads reached {reach} people; {} campaigns spend {budget} a day at most",
        ads.len(),
        campaigns.len()
    ))?;
    stage.check(reach > 0 && budget > 0, "there are no ads")
}

/// What the vendor documented later.
async fn later(stage: &mut Stage) -> Result<(), Failure> {
    stage.step("Statistics::customer_feedbacks and page_customers; Page::ads by their ids")?;
    let figures = stage.page.statistics();
    let month = stage.page.last_days(29).await?; // the API takes less than 30
    let feedbacks = figures.customer_feedbacks(month).await?;
    let feedbacks = feedbacks.customer_feedback.unwrap_or_default().len();
    let customers = figures
        .page_customers(month, CustomerGrouping::Hour)
        .await?;
    let days = stage.page.last_days(365).await?.covering();
    let came = stage.page.ads_export(days).collect().await?;
    let ad = came.iter().flat_map(|row| row.ad_clicks.iter().flatten());
    let ad = ad.into_iter().find_map(|click| match click {
        ExportedAdClick::Details(click) => click.ad_id.clone(),
        ExportedAdClick::Text(id) => Some(id.as_str().into()),
    });
    let ad = ad.ok_or("no conversation came through an ad")?;
    let ads = stage.page.ads([&ad]).await?;
    stage.says(format!(
        "{feedbacks} feedbacks, {} ad asked for by its id",
        ads.len()
    ))?;
    let customers = match customers {
        NewCustomerFigures::Rows(hours) => hours
            .iter()
            .filter_map(|hour| hour.new_customer_count)
            .sum(),
        NewCustomerFigures::Pages(_) => 0,
    };
    stage.check(customers > 0, "no customer is new")?;
    let same = |found: &Ad| found.ad_id.as_ref() == Some(&ad) || found.id.as_ref() == Some(&ad);
    stage.check(ads.len() == 1 && ads.iter().all(same), "it is another ad")
}
