//! Joining series of numbers to the categories they belong to, place by place.

use pancake_client::Numeric;

/// A series that is not as long as the list of categories. Its numbers are all there; which category the last ones belong
/// to is not known, or some categories have none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SeriesMismatch {
    /// Name of the series, or id of the tag.
    pub series: String,
    /// How many numbers it has.
    pub values: usize,
    /// How many categories there are.
    pub categories: usize,
}

/// What stands in one place: a category, unless the numbers go on after the last one, and a number of each series.
pub(super) struct Place {
    pub(super) category: Option<String>,
    pub(super) values: Vec<Option<Numeric>>,
}

/// Series with the categories of their places.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) names: Vec<String>,
    pub(super) places: Vec<Place>,
    pub(super) mismatches: Vec<SeriesMismatch>,
}

/// Joins by place. There are as many places as the longest list has; what is missing in a shorter one is `None`.
pub(super) fn join(
    categories: Vec<Option<String>>,
    series: Vec<(String, Vec<Option<Numeric>>)>,
) -> Joined {
    let mismatches = series
        .iter()
        .filter(|(_, values)| values.len() != categories.len())
        .map(|(name, values)| SeriesMismatch {
            series: name.clone(),
            values: values.len(),
            categories: categories.len(),
        })
        .collect();
    let longest = series.iter().map(|(_, values)| values.len()).max();
    let count = longest.unwrap_or(0).max(categories.len());
    let (names, series): (Vec<_>, Vec<_>) = series.into_iter().unzip();
    let mut series: Vec<_> = series.into_iter().map(Vec::into_iter).collect();
    let mut categories = categories.into_iter();
    let places = (0..count)
        .map(|_| Place {
            category: categories.next().flatten(),
            values: series
                .iter_mut()
                .map(|values| values.next().flatten())
                .collect(),
        })
        .collect();
    Joined {
        names,
        places,
        mismatches,
    }
}

/// The sum of whole numbers, or `None` if one is missing, is no whole number, or the sum is too large: a sum that leaves
/// something out would be wrong.
pub(super) fn sum<'a>(values: impl IntoIterator<Item = Option<&'a Numeric>>) -> Option<i64> {
    values.into_iter().try_fold(0_i64, |sum, value| {
        sum.checked_add(value.and_then(Numeric::as_i64)?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(categories: &str, series: &[(&str, &str)]) -> Joined {
        let series = series.iter().map(|(name, values)| {
            let values = serde_json::from_str(values).unwrap();
            ((*name).to_owned(), values)
        });
        join(serde_json::from_str(categories).unwrap(), series.collect())
    }

    /// Each place as `category: number number`, with `-` for what is missing.
    fn shown(joined: &Joined) -> Vec<String> {
        let places = joined.places.iter().map(|place| {
            let values = place.values.iter().map(|value| match value {
                Some(value) => value.to_string(),
                None => "-".to_owned(),
            });
            let values = values.collect::<Vec<_>>().join(" ");
            format!("{}: {values}", place.category.as_deref().unwrap_or("-"))
        });
        places.collect()
    }

    #[test]
    fn equal_lengths_join_place_by_place_and_mismatch_nowhere() {
        let joined = joined(r#"["1/3","2/3"]"#, &[("a", "[1,\"2\"]"), ("b", "[3,4]")]);
        assert_eq!(shown(&joined), ["1/3: 1 3", "2/3: 2 4"]);
        assert_eq!(joined.mismatches, []);
    }

    #[test]
    fn a_short_series_invents_no_number_and_a_long_one_loses_none() {
        let joined = joined(
            r#"["1/3","2/3"]"#,
            &[("short", "[1]"), ("long", "[3,4,5,6]")],
        );
        assert_eq!(shown(&joined), ["1/3: 1 3", "2/3: - 4", "-: - 5", "-: - 6"]);
        let lengths = joined.mismatches.iter();
        let lengths: Vec<_> = lengths
            .map(|mismatch| (&*mismatch.series, mismatch.values, mismatch.categories))
            .collect();
        assert_eq!(lengths, [("short", 1, 2), ("long", 4, 2)]);
    }

    #[test]
    fn nulls_keep_their_places() {
        let joined = joined(r#"["1/3",null,"3/3"]"#, &[("a", "[1,null,3]")]);
        assert_eq!(shown(&joined), ["1/3: 1", "-: -", "3/3: 3"]);
        assert_eq!(joined.mismatches, []);
    }

    #[test]
    fn nothing_joins_to_nothing_and_categories_without_series_stay() {
        assert_eq!(shown(&joined("[]", &[])), [""; 0]);
        assert_eq!(shown(&joined(r#"["1/3"]"#, &[])), ["1/3: "]);
        assert_eq!(shown(&joined("[]", &[("a", "[1]")])), ["-: 1"]);
    }

    #[test]
    fn a_sum_is_exact_or_none() {
        let of = |json: &str| {
            let values: Vec<Option<Numeric>> = serde_json::from_str(json).unwrap();
            sum(values.iter().map(Option::as_ref))
        };
        assert_eq!(of("[]"), Some(0));
        assert_eq!(of("[1,\"2\",-4]"), Some(-1));
        assert_eq!(of("[1,null]"), None);
        assert_eq!(of("[1,0.5]"), None);
        assert_eq!(of("[1,\"many\"]"), None);
        assert_eq!(of("[9223372036854775807,1]"), None);
    }
}
