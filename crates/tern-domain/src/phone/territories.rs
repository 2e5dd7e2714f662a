//! Whose territory a number is, asked of thousands of numbers at a time.
//!
//! The library keeps a hundred compiled patterns for all countries and compiles the others anew, which costs a view
//! over people of many territories most of its time. What is asked here is compiled once and stays.

use std::collections::HashMap;
use std::str::FromStr as _;
use std::sync::{LazyLock, OnceLock};

use phonenumber::Metadata;
use phonenumber::metadata::{DATABASE, Descriptor};
use regex::{Regex, RegexBuilder};

use super::Territory;

/// The plans by country code.
static PLANS: LazyLock<HashMap<u16, Shared>> = LazyLock::new(|| {
    let mut plans: HashMap<u16, Shared> = HashMap::new();
    for code in DATABASE.iter().map(Metadata::country_code) {
        // In the library's order, which puts the plan that most numbers are of first.
        plans
            .entry(code)
            .or_insert_with(|| Shared::of(&DATABASE.by_code(&code).unwrap_or_default()));
    }
    plans
});

/// What the plans say of a number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// It is of this territory.
    Of(Territory),
    /// It is of none, or of a plan that belongs to no territory.
    None,
    /// It has a prefix that is dialled within the country, or seems to: it has to be read as a person would.
    Prefixed,
}

/// Looks the digits after `+` up in the plan of their country code, as they are.
pub(super) fn look_up(digits: &str) -> Told {
    let found = (1..=3).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        Some((PLANS.get(&code.parse().ok()?)?, national))
    });
    let Some((plans, national)) = found else {
        return Told::None;
    };
    if national.starts_with('0') || plans.prefixes.begins(national) {
        return Told::Prefixed;
    }
    let plan = match plans.plans.as_slice() {
        [plan] => Some(plan),
        several => several.iter().find(|plan| plan.has(national)),
    };
    plan.and_then(|plan| plan.territory)
        .map_or(Told::None, Told::Of)
}

/// The plans that share a country code.
struct Shared {
    /// All that is dialled before a number within one of them.
    prefixes: Pattern,
    plans: Vec<Plan>,
}

impl Shared {
    fn of(plans: &[&Metadata]) -> Self {
        let prefixes = plans.iter().flat_map(|plan| {
            let national = plan.national_prefix().map(regex::escape);
            let typed = plan
                .national_prefix_for_parsing()
                .map(|it| it.as_str().to_owned());
            national.into_iter().chain(typed)
        });
        Self {
            prefixes: Pattern::any_of(prefixes),
            plans: plans.iter().map(|plan| Plan::of(plan)).collect(),
        }
    }
}

/// One plan and how its numbers are told from those of its neighbours.
struct Plan {
    territory: Option<Territory>,
    sign: Sign,
}

/// What tells a plan's numbers.
enum Sign {
    /// How they begin.
    Leading(Pattern),
    /// They are shaped as its numbers are, and as one of its kinds.
    Kinds { general: Kind, kinds: Vec<Kind> },
}

impl Plan {
    fn of(plan: &Metadata) -> Self {
        let sign = if let Some(leading) = plan.leading_digits() {
            Sign::Leading(Pattern::any_of([leading.as_str().to_owned()]))
        } else {
            let all = plan.descriptors();
            let kinds = [
                all.fixed_line(),
                all.mobile(),
                all.toll_free(),
                all.premium_rate(),
                all.shared_cost(),
                all.personal_number(),
                all.voip(),
                all.pager(),
                all.uan(),
                all.voicemail(),
            ];
            Sign::Kinds {
                general: Kind::of(all.general()),
                kinds: kinds.into_iter().flatten().map(Kind::of).collect(),
            }
        };
        Self {
            territory: phonenumber::country::Id::from_str(plan.id())
                .ok()
                .map(Territory),
            sign,
        }
    }

    fn has(&self, national: &str) -> bool {
        match &self.sign {
            Sign::Leading(leading) => leading.begins(national),
            Sign::Kinds { general, kinds } => {
                general.has(national) && kinds.iter().any(|kind| kind.has(national))
            }
        }
    }
}

/// A kind of numbers: mobile, free of charge …
struct Kind {
    /// How many digits they have; any number if there are none.
    lengths: Vec<u16>,
    pattern: Pattern,
}

impl Kind {
    fn of(kind: &Descriptor) -> Self {
        Self {
            lengths: kind.possible_length().to_vec(),
            pattern: Pattern::any_of([kind.national_number().as_str().to_owned()]),
        }
    }

    fn has(&self, national: &str) -> bool {
        let is_long_enough = |length| self.lengths.contains(&length);
        (self.lengths.is_empty() || u16::try_from(national.len()).is_ok_and(is_long_enough))
            && self.pattern.begins(national)
    }
}

/// A pattern for the beginning of a number, compiled when it is first asked.
struct Pattern {
    source: Option<String>,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// One for all of these; nothing matches if there are none.
    fn any_of(sources: impl IntoIterator<Item = String>) -> Self {
        let sources: Vec<_> = sources
            .into_iter()
            .map(|source| format!("(?:{source})"))
            .collect();
        Self {
            source: (!sources.is_empty()).then(|| format!("^(?:{})", sources.join("|"))),
            compiled: OnceLock::new(),
        }
    }

    fn begins(&self, national: &str) -> bool {
        self.compiled
            .get_or_init(|| {
                // As the library reads its patterns; numbers have ASCII digits only.
                RegexBuilder::new(self.source.as_ref()?)
                    .ignore_whitespace(true)
                    .unicode(false)
                    .build()
                    .ok()
            })
            .as_ref()
            .is_some_and(|pattern| pattern.is_match(national))
    }
}
