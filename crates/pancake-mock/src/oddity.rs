//! The habits of the real API that its documentation does not tell, each with a name and a switch.
use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// How well an oddity is known; the grades of docs/behaviour.md#grades.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Seen in a captured live response.
    A,
    /// Said by the vendor's newer description, or by three or more independent clients.
    B,
    /// Said by one client or write-up.
    C,
}

macro_rules! oddities {
    ($( $(#[$doc:meta])* $variant:ident = $name:literal, $evidence:ident, $on:literal; )*) => {
        /// One habit of the real API. The documentation of each says what happens when it is off.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Oddity { $( $(#[$doc])* $variant, )* }

        impl Oddity {
            /// All of them, in the order of their declaration.
            pub const ALL: &'static [Oddity] = &[ $( Oddity::$variant, )* ];

            /// The name on the command line and in the control endpoint.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $( Oddity::$variant => $name, )* }
            }

            /// How well it is known.
            #[must_use]
            pub fn evidence(self) -> Evidence {
                match self { $( Oddity::$variant => Evidence::$evidence, )* }
            }

            /// Whether a server has it when nobody says otherwise: what is graded A or B, with the
            /// exceptions that the documentation of the oddity gives a reason for.
            #[must_use]
            pub fn is_standard(self) -> bool {
                match self { $( Oddity::$variant => $on, )* }
            }
        }
    };
}

oddities! {
    /// Failures are HTTP 200 with `success: false`. Off: 400, 401, 403 or 404 with the same body.
    ErrorsInHttp200 = "errors_in_http_200", A, true;
    /// A token of the other kind (user on `public_api`, page on `v1`) is answered with code 102.
    /// Off: code 101, as if there were no token.
    WrongTokenKind = "wrong_token_kind", A, true;
    /// A new page token kills the one before, which is answered with code 105 from then on.
    /// Off: the former tokens stay good.
    MintingKillsTheOldToken = "minting_kills_the_old_token", A, true;
    /// List pages answers `categorized` with the page token in each page's `settings`.
    /// Off: the documented `pages`.
    CategorizedPages = "categorized_pages", A, true;
    /// A quarter of the entries of a conversation's `tags` are `null`. Off: only objects.
    NullTags = "null_tags", A, true;
    /// Times have no zone and mean UTC. Off: they end in `Z`.
    ZonelessTimes = "zoneless_times", A, true;
    /// Conversations and messages have times with microseconds, the others without. Off: all without.
    Microseconds = "microseconds", A, true;
    /// Birthdays of customers have `00` for what is unknown, which is no valid date. Off: full dates.
    PartialBirthdays = "partial_birthdays", B, true;
    /// Fields are absent or null about as often as in the captured answers. Off: all are there.
    AbsentAndNullFields = "absent_and_null_fields", A, true;
    /// Objects carry fields that no description has. Off: only described ones.
    UnknownFields = "unknown_fields", A, true;
    /// Values of an undescribed form: entries of lists that are null, a text or a number, `false` where an object or
    /// an id is, objects where texts are, null and a list where maps are. Off: none. Not standard: each was met once.
    OddEntries = "odd_entries", A, false;
    /// A zone can be written as a number with a fraction (`7.0`). Off: always an integer.
    FractionalTimezone = "fractional_timezone", B, true;
    /// Conversation ids of other channels contain `:` and `@`. Off: digits and underscores.
    IdsWithColonAndAt = "ids_with_colon_and_at", A, true;
    /// `type` given twice answers success with no rows. Off: rows of any of the types.
    RepeatedTypeGivesNoRows = "repeated_type_gives_no_rows", A, true;
    /// `type[]=INBOX` answers HTTP 500. Off: it filters. Not standard: graded C, and some examples
    /// show it as working.
    BracketedTypeIs500 = "bracketed_type_is_500", C, false;
    /// `since` without `until` (or the reverse) is refused. Off: the range is open.
    SinceNeedsUntil = "since_needs_until", A, true;
    /// `order_by` also chooses which field `since` and `until` filter. Off: always `updated_at`.
    OrderByChoosesTheFilteredField = "order_by_chooses_the_filtered_field", A, true;
    /// Messages run from oldest to newest inside a page, pages go back in time.
    /// Off: newest first inside a page too.
    MessagesAscendInsideAPage = "messages_ascend_inside_a_page", A, true;
    /// `current_count` counts from the newest message of the moment, so it shifts when one arrives.
    /// Off: it counts from the newest at the time of the last call without `current_count`.
    OffsetsShift = "offsets_shift", A, true;
    /// `last_commented_at` of the messages answer is `false`. Off: null.
    LastCommentedAtIsFalse = "last_commented_at_is_false", A, true;
    /// `GET tags` answers without `success`. Off: with it.
    TagsWithoutSuccess = "tags_without_success", A, true;
    /// Every answer has an `x-request-id`. Off: none.
    RequestId = "request_id", A, true;
    /// `message` together with `content_ids` fails, outside of comments: with code 100, where the vendor writes of HTTP 500.
    /// Off: both are sent.
    MessageXorContentIds = "message_xor_content_ids", B, true;
    /// A content id is good once on Facebook. Off: as often as one likes.
    SingleUseContentIds = "single_use_content_ids", B, true;
    /// A content id is good for one hour. Off: for ever.
    ContentIdsExpire = "content_ids_expire", B, true;
    /// Campaign statistics come as `{"success":true,"data":[…]}`. Off: a bare array.
    CampaignStatisticsInData = "campaign_statistics_in_data", B, true;
    /// Engagement statistics carry `users_engagements` instead of `statistics`. Off: the reverse.
    UsersEngagements = "users_engagements", B, true;
    /// `tags[].id` of the tag statistics is a string. Off: an integer as everywhere else.
    TagStatisticsIdsAreStrings = "tag_statistics_ids_are_strings", B, true;
    /// An unknown path answers HTML with HTTP 200. Off: 404 or 405 with JSON. Standard although
    /// graded C: a wrong path that looks like a success is what integrations trip over.
    UnknownRoutesAreHtml = "unknown_routes_are_html", C, true;
    /// Ads statistics come as `{"data":[…]}`. Off: as described below. Standard although graded C: nothing else was met.
    AdsStatisticsInData = "ads_statistics_in_data", C, true;
    /// Ads statistics come as `{"ads":[…]}`. Off: a bare array. Not standard: graded C.
    AdsStatisticsInAds = "ads_statistics_in_ads", C, false;
    /// A message sent through the API has the `admin_name` "Public API". Off: the name of a staff
    /// member. Standard although graded C: nothing else is known of how such messages are signed, and a program that looks
    /// for its own messages needs something to look for.
    PublicApiAdminName = "public_api_admin_name", C, true;
    /// A reply on Facebook more than 24 hours after the customer's last message is refused with
    /// `e_code` 10. Off: it is sent. Not standard although graded B: nearly all seeded conversations
    /// are older than a day, and could not be answered.
    SendWindow = "send_window", B, false;
    /// An image above 500 KB is refused. Off: no limit. Not standard: met once.
    ImageLimit = "image_limit", C, false;
    /// The video limit of other platforms is 15 MB. Off: the documented 25 MB. Not standard: newer
    /// texts only.
    SmallerVideoLimit = "smaller_video_limit", C, false;
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Oddity {
    type Err = UnknownOddity;

    fn from_str(text: &str) -> Result<Self, UnknownOddity> {
        Self::ALL
            .iter()
            .copied()
            .find(|oddity| oddity.name() == text)
            .ok_or_else(|| UnknownOddity(text.to_owned()))
    }
}

/// No oddity has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownOddity(String);

impl fmt::Display for UnknownOddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Oddity::ALL.iter().map(|oddity| oddity.name()).collect();
        write!(
            f,
            "no oddity is called {:?}; there are: {}",
            self.0,
            names.join(", ")
        )
    }
}

impl std::error::Error for UnknownOddity {}

/// Which oddities a server has. Clones share their switches, also with the running server.
#[derive(Clone)]
pub struct Oddities(Arc<AtomicU64>);

impl Oddities {
    /// Those that are on by default.
    #[must_use]
    pub fn standard() -> Self {
        Self::of(|oddity| oddity.is_standard())
    }

    /// All of them, also the badly known ones.
    #[must_use]
    pub fn all() -> Self {
        Self::of(|_| true)
    }

    /// None: nearer to the documentation, though not in all: the shapes are still those of captured answers. What each is
    /// like when it is off stands with the oddity.
    #[must_use]
    pub fn none() -> Self {
        Self::of(|_| false)
    }

    fn of(choose: impl Fn(Oddity) -> bool) -> Self {
        let oddities = Self(Arc::new(AtomicU64::new(0)));
        for oddity in Oddity::ALL {
            oddities.set(*oddity, choose(*oddity));
        }
        oddities
    }

    /// Whether it is on.
    #[must_use]
    pub fn is_on(&self, oddity: Oddity) -> bool {
        self.0.load(Ordering::Relaxed) & bit(oddity) != 0
    }

    /// Switches it, also while the server runs.
    pub fn set(&self, oddity: Oddity, on: bool) {
        if on {
            self.0.fetch_or(bit(oddity), Ordering::Relaxed);
        } else {
            self.0.fetch_and(!bit(oddity), Ordering::Relaxed);
        }
    }

    /// Applies a list such as `none,null_tags` or `standard,-null_tags`: `all`, `none` and
    /// `standard` start over, a name switches on, a name with `-` switches off.
    ///
    /// # Errors
    ///
    /// A name that no oddity has. Nothing is changed then.
    pub fn apply(&self, list: &str) -> Result<(), UnknownOddity> {
        let next = Self(Arc::new(AtomicU64::new(self.0.load(Ordering::Relaxed))));
        let replace = |with: &Self| {
            next.0
                .store(with.0.load(Ordering::Relaxed), Ordering::Relaxed)
        };
        for word in list
            .split(',')
            .map(str::trim)
            .filter(|word| !word.is_empty())
        {
            match word {
                "all" => replace(&Self::all()),
                "none" => replace(&Self::none()),
                "standard" => replace(&Self::standard()),
                word => match word.strip_prefix('-') {
                    Some(name) => next.set(name.parse()?, false),
                    None => next.set(word.trim_start_matches('+').parse()?, true),
                },
            }
        }
        self.0
            .store(next.0.load(Ordering::Relaxed), Ordering::Relaxed);
        Ok(())
    }

    /// A set of its own with the switches of this one.
    pub(crate) fn detached(&self) -> Self {
        Self(Arc::new(AtomicU64::new(self.0.load(Ordering::Relaxed))))
    }
}

fn bit(oddity: Oddity) -> u64 {
    1 << (oddity as u64)
}

impl Default for Oddities {
    fn default() -> Self {
        Self::standard()
    }
}

impl fmt::Debug for Oddities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(
                Oddity::ALL
                    .iter()
                    .filter(|oddity| self.is_on(**oddity))
                    .map(|o| o.name()),
            )
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_of_names_switches_oddities() {
        let oddities = Oddities::standard();
        let is_on = |all: [Oddity; 3]| all.map(|oddity| oddities.is_on(oddity));
        let all = [
            Oddity::NullTags,
            Oddity::BracketedTypeIs500,
            Oddity::ZonelessTimes,
        ];
        oddities.apply("-null_tags, bracketed_type_is_500").unwrap();
        assert_eq!(is_on(all), [false, true, true]);
        oddities.apply("none,null_tags").unwrap();
        assert_eq!(is_on(all), [true, false, false]);
        // A wrong name is refused with the right ones, and changes nothing.
        let error = oddities.apply("standard,null_tag").unwrap_err();
        assert!(error.to_string().contains("null_tags"), "{error}");
        assert_eq!(is_on(all), [true, false, false]);
    }

    #[test]
    fn well_known_oddities_are_standard_with_these_exceptions() {
        let all = Oddity::ALL.iter();
        let exceptions = all.filter(|o| (o.evidence() == Evidence::C) == o.is_standard());
        let wanted = [
            "odd_entries",
            "unknown_routes_are_html",
            "ads_statistics_in_data",
            "public_api_admin_name",
            "send_window",
        ];
        assert_eq!(exceptions.map(|o| o.name()).collect::<Vec<_>>(), wanted);
    }

    #[test]
    fn every_oddity_has_a_bit_of_its_own() {
        assert!(Oddity::ALL.len() <= 64);
        for oddity in Oddity::ALL {
            assert_eq!(oddity.name().parse(), Ok(*oddity));
        }
    }
}
