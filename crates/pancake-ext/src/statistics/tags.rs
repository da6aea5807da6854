//! Use of tags: how often each was set, by category, with the names of the tags.

use std::collections::HashMap;

use pancake_client::types::{self, Tag, TagSeries};
use pancake_client::{Numeric, TagId};

use super::joined::{self, SeriesMismatch, join};

/// How often each tag of a page was set. See [`Statistics::tags`](super::Statistics::tags).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TagUsage {
    /// The time that was asked for, by day.
    pub range: TagTable,
    /// Today, whatever time was asked for.
    pub today: TagTable,
    answer: types::TagStatistics,
}

impl TagUsage {
    /// The tags that the answer describes: all tags of the page, also those that were not set.
    pub fn tags(&self) -> &[Tag] {
        self.answer.tags.as_deref().unwrap_or_default()
    }

    /// The answer as it came.
    pub fn answer(&self) -> &types::TagStatistics {
        &self.answer
    }
}

impl From<types::TagStatistics> for TagUsage {
    fn from(answer: types::TagStatistics) -> Self {
        let tags = answer.tags.as_deref().unwrap_or_default();
        TagUsage {
            range: TagTable::new(answer.data.as_ref(), tags),
            today: TagTable::new(answer.data_today.as_ref(), tags),
            answer,
        }
    }
}

/// Counts by category and tag.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TagTable {
    /// One row for each category, in the order of the answer.
    pub rows: Vec<TagPoint>,
    /// Tags whose counts are more or fewer than the categories; normally none. Look here before you rely on the
    /// categories of the last rows.
    pub mismatches: Vec<SeriesMismatch>,
}

impl TagTable {
    fn new(series: Option<&TagSeries>, tags: &[Tag]) -> Self {
        let Some(series) = series else {
            return TagTable::default();
        };
        let categories = series.categories.clone().unwrap_or_default();
        let mut counts: Vec<_> = series
            .series
            .iter()
            .flatten()
            .map(|(tag, counts)| (tag.clone(), counts.clone().unwrap_or_default()))
            .collect();
        let described: HashMap<&str, (usize, &Tag)> = (0..)
            .zip(tags)
            .filter_map(|(place, tag)| Some((tag.id.as_ref()?.as_str(), (place, tag))))
            .collect();
        // In the order in which the answer describes the tags; the others, in the order of their ids, last.
        counts.sort_by_key(|(tag, _)| {
            described
                .get(tag.as_str())
                .map_or(usize::MAX, |(place, _)| *place)
        });
        let joined = join(categories, counts);
        let heads: Vec<_> = joined
            .names
            .into_iter()
            .map(|id| {
                let name = described
                    .get(id.as_str())
                    .and_then(|(_, tag)| tag.text.clone());
                (TagId::from(id), name)
            })
            .collect();
        let rows = joined.places.into_iter().map(|place| TagPoint {
            category: place.category,
            counts: heads
                .iter()
                .zip(place.values)
                .map(|((tag, name), value)| TagCount {
                    tag: tag.clone(),
                    name: name.clone(),
                    value,
                })
                .collect(),
        });
        TagTable {
            rows: rows.collect(),
            mismatches: joined.mismatches,
        }
    }

    /// How often the tag was set in all rows. `None` if the table does not have the tag, or if a number is missing or no
    /// whole number.
    pub fn sum(&self, tag: impl Into<TagId>) -> Option<i64> {
        let tag = tag.into();
        self.rows.first()?.find(&tag)?;
        joined::sum(self.rows.iter().map(|row| row.find(&tag)?.value.as_ref()))
    }
}

/// How often each tag was set on a day, or in an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TagPoint {
    /// Name of the day or hour in the zone of the page, such as `26/8`. `None` where the counts go on after the last
    /// category.
    pub category: Option<String>,
    /// One count for each tag that the answer has counts for.
    pub counts: Vec<TagCount>,
}

impl TagPoint {
    /// How often this tag was set. `None` if the row has no whole number for it.
    pub fn count(&self, tag: impl Into<TagId>) -> Option<i64> {
        self.find(&tag.into())?.count()
    }

    fn find(&self, tag: &TagId) -> Option<&TagCount> {
        self.counts.iter().find(|count| count.tag == *tag)
    }
}

/// How often one tag was set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TagCount {
    /// Id of the tag. The API writes it as text here and as a number elsewhere; a [`TagId`] is the same for both.
    pub tag: TagId,
    /// Name of the tag, if the answer describes it.
    pub name: Option<String>,
    /// How often it was set, as it was written. `None` if the answer has no number here.
    pub value: Option<Numeric>,
}

impl TagCount {
    /// How often it was set, if that is a whole number.
    pub fn count(&self) -> Option<i64> {
        self.value.as_ref().and_then(Numeric::as_i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(json: &str) -> TagUsage {
        TagUsage::from(serde_json::from_str::<types::TagStatistics>(json).unwrap())
    }

    #[test]
    fn counts_have_the_names_of_their_tags_whether_ids_are_text_or_numbers() {
        for ids in [["\"7\"", "\"10\""], ["7", "10"]] {
            let json = format!(
                r#"{{"data":{{"categories":["26/8","27/8"],"series":{{"10":[1,"2"],"7":[3,4]}}}},
                    "tags":[{{"id":{},"text":"Kiểm hàng"}},{{"id":{},"text":"VIP"}},{{"id":11,"text":"Mới"}}]}}"#,
                ids[0], ids[1]
            );
            let usage = usage(&json);
            let shown: Vec<_> = usage.range.rows[1]
                .counts
                .iter()
                .map(|count| (count.tag.as_str(), count.name.as_deref(), count.count()))
                .collect();
            assert_eq!(
                shown,
                [
                    ("7", Some("Kiểm hàng"), Some(4)),
                    ("10", Some("VIP"), Some(2))
                ]
            );
            assert_eq!(usage.range.rows[0].category.as_deref(), Some("26/8"));
            assert_eq!(usage.range.rows[0].count(7), Some(3));
            assert_eq!(usage.range.rows[0].count("11"), None);
            assert_eq!((usage.range.sum(10), usage.range.sum(11)), (Some(3), None));
            assert_eq!(usage.tags().len(), 3);
            assert_eq!(usage.today, TagTable::default());
        }
    }

    #[test]
    fn todays_counts_are_a_table_of_their_own_and_unknown_tags_stay() {
        let usage = usage(
            r#"{"data_today":{"categories":["08:00"],"series":{"a":[5],"9":[1],"7":null}},"tags":[{"id":"9","text":"VIP"}],"later":1}"#,
        );
        assert_eq!(usage.range.rows.len(), 0);
        let row = &usage.today.rows[0];
        let shown: Vec<_> = row
            .counts
            .iter()
            .map(|count| (count.tag.as_str(), count.name.as_deref(), count.count()))
            .collect();
        assert_eq!(
            shown,
            [
                ("9", Some("VIP"), Some(1)),
                ("7", None, None),
                ("a", None, Some(5))
            ]
        );
        assert_eq!(usage.today.mismatches[0].series, "7");
        assert_eq!(usage.answer().extra["later"], 1);
    }

    #[test]
    fn a_count_too_many_stays_without_a_category_and_a_missing_one_is_none() {
        let usage = usage(r#"{"data":{"categories":["26/8"],"series":{"7":[1,2],"8":[]}}}"#);
        assert_eq!(usage.range.rows[1].category, None);
        assert_eq!(usage.range.rows[1].count(7), Some(2));
        assert_eq!(usage.range.rows[0].count(8), None);
        assert_eq!((usage.range.sum(7), usage.range.sum(8)), (Some(3), None));
        assert_eq!(usage.range.mismatches.len(), 2);
    }
}
