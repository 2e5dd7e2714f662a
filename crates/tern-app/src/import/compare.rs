//! What each row of a file means for the directory as it is: new, changed, the same, doubled or broken.
//!
//! A row is somebody known if a number and the name agree, or the e-mail address does, or the name where the
//! row has neither. Empty cells change nothing. A number that somebody else has too is taken in and named: the
//! matching table does not guess between them (P-7).

use std::collections::{BTreeMap, HashMap};

use tern_domain::{
    Person, PersonDetails, PersonEdit, PersonId, PersonKind, PhoneNumber, Territory,
};

use super::FoundRow;
use crate::dto::{ImportRow, ImportVerdict};
use crate::view::person;

/// One row, judged.
pub(crate) struct Outcome {
    pub(crate) shown: ImportRow,
    /// Who changes, and to what; `None` for a new person. Absent for rows that are left out.
    pub(crate) change: Option<(Option<PersonId>, PersonDetails)>,
}

/// How numbers and kinds are read where a row does not say.
#[derive(Clone, Copy)]
pub(crate) struct Defaults {
    pub(crate) territory: Territory,
    pub(crate) kind: PersonKind,
}

/// Everybody who is there already, by what identifies them.
struct Known {
    people: BTreeMap<PersonId, PersonDetails>,
    by_number: HashMap<PhoneNumber, Vec<PersonId>>,
    by_email: HashMap<String, PersonId>,
    by_name: HashMap<String, Vec<PersonId>>,
}

/// Earlier rows of the same file.
#[derive(Default)]
struct Earlier {
    by_person: HashMap<PersonId, u32>,
    by_number: HashMap<PhoneNumber, Vec<(u32, String)>>,
    by_email: HashMap<String, u32>,
    by_name: HashMap<String, u32>,
}

/// Judges every row of a file.
pub(crate) fn compare(rows: &[FoundRow], people: Vec<Person>, defaults: Defaults) -> Vec<Outcome> {
    let known = Known::new(people);
    let mut earlier = Earlier::default();
    rows.iter()
        .map(|row| judge(row, &known, &mut earlier, defaults))
        .collect()
}

fn folded(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

impl Known {
    fn new(people: Vec<Person>) -> Self {
        let mut known = Self {
            people: BTreeMap::new(),
            by_number: HashMap::new(),
            by_email: HashMap::new(),
            by_name: HashMap::new(),
        };
        for Person { id, details } in people {
            for (_, number) in details.phones() {
                known.by_number.entry(number.clone()).or_default().push(id);
            }
            if !details.email.is_empty() {
                known.by_email.insert(folded(&details.email), id);
            }
            let name = folded(&details.name);
            known.by_name.entry(name).or_default().push(id);
            known.people.insert(id, details);
        }
        known
    }

    fn is_named(&self, id: PersonId, name: &str) -> bool {
        self.people
            .get(&id)
            .is_some_and(|details| folded(&details.name) == name)
    }

    fn find(&self, details: &PersonDetails) -> Option<PersonId> {
        let name = folded(&details.name);
        let by_number = details
            .phones()
            .filter_map(|(_, number)| self.by_number.get(number))
            .flatten()
            .find(|id| self.is_named(**id, &name));
        let by_email = || {
            (!details.email.is_empty())
                .then(|| self.by_email.get(&folded(&details.email)))
                .flatten()
        };
        let by_name = || {
            let says_nothing_else = details.email.is_empty() && details.phones().next().is_none();
            self.by_name
                .get(&name)
                .filter(|found| says_nothing_else && found.len() == 1)
                .and_then(|found| found.first())
        };
        by_number.or_else(by_email).or_else(by_name).copied()
    }
}

/// The row's cells as details; the reason why it is broken otherwise.
fn read(row: &FoundRow, defaults: Defaults) -> Result<PersonDetails, String> {
    if let Some(problem) = &row.problem {
        return Err(problem.0.clone());
    }
    if row.has_unreadable_characters() {
        return Err("Some characters cannot be read; save the file as UTF-8.".to_owned());
    }
    let territory = person::territory(&row.territory)
        .map_err(|_| format!("“{}” is no territory such as US or DE.", row.territory))?;
    let number = |text: &str, what: &str| {
        person::number(text, territory, defaults.territory)
            .map_err(|error| format!("The {what} “{text}” is {error}."))
    };
    let kind = match folded(&row.kind).as_str() {
        "" => defaults.kind,
        "user" => PersonKind::User,
        "consumer" | "customer" => PersonKind::Consumer,
        "contact" => PersonKind::Contact,
        other => return Err(format!("“{other}” is not user, consumer or contact.")),
    };
    let details = PersonDetails {
        kind,
        name: row.name.clone(),
        mobile_phone: number(&row.mobile, "mobile phone")?,
        phone: number(&row.phone, "business phone")?,
        roles: row.roles.clone(),
        email: row.email.clone(),
        territory,
        notes: row.notes.clone(),
        account: row.account.clone(),
    }
    .tidied();
    match details.check() {
        Ok(()) => Ok(details),
        Err(refusal) => Err(format!("Refused: {refusal}.")),
    }
}

/// What is known, with the row's filled cells over it.
fn merged(known: &PersonDetails, row: &FoundRow, found: PersonDetails) -> PersonDetails {
    let mut merged = known.clone();
    for edit in known.edits_to(&found) {
        let is_filled = match &edit {
            PersonEdit::Kind(_) => !row.kind.is_empty(),
            PersonEdit::Name(text)
            | PersonEdit::Email(text)
            | PersonEdit::Notes(text)
            | PersonEdit::Account(text) => !text.is_empty(),
            PersonEdit::MobilePhone(number) | PersonEdit::Phone(number) => number.is_some(),
            PersonEdit::Territory(territory) => territory.is_some(),
            PersonEdit::Roles(roles) => !roles.is_empty(),
        };
        if is_filled {
            merged.apply(&edit);
        }
    }
    merged
}

fn judge(row: &FoundRow, known: &Known, earlier: &mut Earlier, defaults: Defaults) -> Outcome {
    let shown = |verdict, fields, reason: String, warnings| ImportRow {
        line: row.line,
        verdict,
        name: row.name.clone(),
        fields,
        reason,
        warnings,
    };
    let left_out = |verdict, reason| Outcome {
        shown: shown(verdict, Vec::new(), reason, Vec::new()),
        change: None,
    };
    let details = match read(row, defaults) {
        Ok(details) => details,
        Err(reason) => return left_out(ImportVerdict::Broken, reason),
    };
    let found = known.find(&details);
    if let Some(line) = earlier.find(&details, found) {
        let reason = format!("The same person is on line {line}.");
        return left_out(ImportVerdict::Duplicate, reason);
    }
    let warnings = warnings(&details, found, known, earlier);
    earlier.add(row.line, &details, found);
    let before = found.and_then(|id| known.people.get(&id));
    let after = match before {
        Some(before) => merged(before, row, details),
        None => details,
    };
    let fields: Vec<String> = before
        .map(|before| {
            before
                .edits_to(&after)
                .iter()
                .map(|edit| edit.field().to_owned())
                .collect()
        })
        .unwrap_or_default();
    let verdict = match before {
        None => ImportVerdict::New,
        Some(_) if fields.is_empty() => ImportVerdict::Same,
        Some(_) => ImportVerdict::Changed,
    };
    Outcome {
        change: (verdict != ImportVerdict::Same).then_some((found, after)),
        shown: shown(verdict, fields, String::new(), warnings),
    }
}

/// P-7: the same number with somebody else, here or in the directory.
fn warnings(
    details: &PersonDetails,
    found: Option<PersonId>,
    known: &Known,
    earlier: &Earlier,
) -> Vec<String> {
    let mut warnings = Vec::new();
    for (_, number) in details.phones() {
        let shown = number.display_international();
        for id in known.by_number.get(number).into_iter().flatten() {
            if let (true, Some(other)) = (Some(*id) != found, known.people.get(id)) {
                warnings.push(format!("{} has {shown} too.", other.name));
            }
        }
        for (line, name) in earlier.by_number.get(number).into_iter().flatten() {
            warnings.push(format!("{name} on line {line} has {shown} too."));
        }
    }
    warnings.dedup();
    warnings
}

impl Earlier {
    /// The line on which the same person was.
    fn find(&self, details: &PersonDetails, found: Option<PersonId>) -> Option<u32> {
        let name = folded(&details.name);
        let by_number = details
            .phones()
            .filter_map(|(_, number)| self.by_number.get(number))
            .flatten()
            .find(|(_, known)| folded(known) == name)
            .map(|(line, _)| *line);
        found
            .and_then(|id| self.by_person.get(&id).copied())
            .or(by_number)
            .or_else(|| self.by_email.get(&folded(&details.email)).copied())
            .or_else(|| {
                let says_nothing_else =
                    details.email.is_empty() && details.phones().next().is_none();
                self.by_name
                    .get(&name)
                    .copied()
                    .filter(|_| says_nothing_else)
            })
    }

    fn add(&mut self, line: u32, details: &PersonDetails, found: Option<PersonId>) {
        if let Some(id) = found {
            self.by_person.insert(id, line);
        }
        let mut numbers: Vec<_> = details.phones().map(|(_, number)| number.clone()).collect();
        numbers.dedup();
        for number in numbers {
            let holders = self.by_number.entry(number).or_default();
            holders.push((line, details.name.clone()));
        }
        if !details.email.is_empty() {
            self.by_email.insert(folded(&details.email), line);
        }
        self.by_name.insert(folded(&details.name), line);
    }
}
