//! Ads of a page, looked up by their ids.

use pancake_client::operations::LIST_ADS;
use pancake_client::{Id, Operation, types};

use crate::error::Error;
use crate::scope::page::Page;
use crate::statistics::merged;

static OPERATION: Operation = LIST_ADS;

/// Ids in one call.
const MOST_IDS: usize = 20;

impl Page {
    /// Looks up ads by their ids, which conversations have in `ad_ids`: 1 to 20 of them. The service may know some of them
    /// only; look at the ids of the rows.
    ///
    /// What a row holds is a guess: the vendor documents the call, and nobody has shown an answer.
    ///
    /// ```no_run
    /// # async fn run(page: pancake_ext::Page, ids: Vec<pancake_ext::Id>) -> Result<(), pancake_ext::Error> {
    /// for some in ids.chunks(20) {
    ///     for ad in page.ads(some.iter().cloned()).await? {
    ///         println!("{:?} {:?}", ad.id.or(ad.ad_id), ad.name);
    ///     }
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if there are none, more than 20, or one that is empty
    /// or has a comma in it: nothing is sent then. Those of `list_ads`, and
    /// [`ErrorKind::InvalidAnswer`](crate::ErrorKind::InvalidAnswer) if the answer has no list.
    pub async fn ads(
        &self,
        ids: impl IntoIterator<Item = impl Into<Id>>,
    ) -> Result<Vec<types::Ad>, Error> {
        let ids: Vec<Id> = ids.into_iter().map(Into::into).collect();
        if let Some(reason) = unusable(&ids) {
            return Err(Error::unsent(reason, &OPERATION, self.id()));
        }
        let ids: Vec<&str> = ids.iter().map(Id::as_str).collect();
        let call = self.client().list_ads().page_id(self.id());
        let answer = call.ad_ids(ids.join(",")).send().await?.into_inner();
        rows(answer)
            .ok_or_else(|| Error::lacking("`data` and no `ads`", &OPERATION, Some(self.id())))
    }
}

fn unusable(ids: &[Id]) -> Option<String> {
    let count = ids.len();
    let odd = |id: &Id| id.as_str().is_empty() || id.as_str().contains(',');
    if count == 0 {
        Some("no ad is asked for: give 1 to 20 ids".to_owned())
    } else if count > MOST_IDS {
        Some(format!(
            "{count} ads in one call, and it takes {MOST_IDS}: call it for each of `chunks({MOST_IDS})`"
        ))
    } else if ids.iter().any(odd) {
        Some("the id of an ad is empty or has a comma in it: give each id by itself".to_owned())
    } else {
        None
    }
}

/// The ads, or `None` if the answer has no list.
fn rows(answer: types::AdList) -> Option<Vec<types::Ad>> {
    match answer {
        types::AdList::List(rows) => Some(rows),
        types::AdList::Envelope(envelope) => merged(envelope.data, envelope.ads),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_to_twenty_ids_without_commas_are_asked_for() {
        let ids = |count: usize| vec![Id::from("4"); count];
        assert_eq!(unusable(&ids(1)), None);
        assert_eq!(unusable(&ids(20)), None);
        assert!(unusable(&ids(0)).unwrap().contains("give 1 to 20"));
        assert!(unusable(&ids(21)).unwrap().contains("chunks(20)"));
        for id in ["", "4,5"] {
            assert!(unusable(&[Id::from(id)]).unwrap().contains("comma"));
        }
    }

    #[test]
    fn every_form_of_the_answer_gives_its_ads_and_one_without_a_list_none() {
        for json in [
            r#"[{"id":4}]"#,
            r#"{"data":[{"id":"4"}]}"#,
            r#"{"ads":[{"id":"4"}],"data":null}"#,
        ] {
            let ads = rows(serde_json::from_str(json).unwrap()).unwrap();
            assert_eq!(ads[0].id.as_ref().unwrap().as_str(), "4", "{json}");
        }
        assert!(rows(serde_json::from_str(r#"{"success":true}"#).unwrap()).is_none());
    }
}
