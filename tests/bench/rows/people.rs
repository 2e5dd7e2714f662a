//! The directory: twenty thousand people saved as an import saves them, and found while typing (P-11, A-11).

use tern_domain::{
    Address, AgentId, Channel, DirectoryContext, IdSource as _, PersonDetails, PersonId,
    PersonKind, plan_person_save, plan_rematch,
};
use tern_store::{Store, StoreError, WriteTx};
use uuid::Uuid;

use super::inbound::Counted;
use crate::corpus::{Corpus, NEWEST};
use crate::figure::{Figure, Target};
use crate::sample::Sample;
use crate::seed::{Bench, config};

const FEW: u64 = 500;
const MANY: u64 = 20_000;
/// Offered while typing.
const SHOWN: u32 = 8;

pub(crate) fn take(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for count in [FEW, MANY] {
        let folder = bench.folder.join(format!("people-{count}"));
        std::fs::create_dir_all(&folder)?;
        let store = Store::open(&config(&folder)?)?;
        let people = (0..count).map(|number| details(bench, number)).collect();
        let sample = Sample::take([people], |people| save(&store, people))?;
        figures.push(Figure {
            name: format!("save {count} people in one transaction"),
            value: sample.percentile(50),
            unit: "ms",
            target: Target::None,
            note: format!("{:.3} ms each", sample.percentile(50) / count as f64),
        });
        if count == MANY {
            figures.push(search(bench, &store)?);
        }
        store.close();
    }
    Ok(figures)
}

fn name(bench: &Bench, number: u64) -> String {
    let word = |rank: u64| bench.corpus.word(usize::try_from(rank).unwrap_or(0));
    let count = bench.corpus.vocabulary() as u64;
    format!("{} {}", word(number * 7 % count), word(number * 31 % count))
}

fn details(bench: &Bench, number: u64) -> PersonDetails {
    PersonDetails {
        kind: PersonKind::User,
        name: name(bench, number),
        mobile_phone: Corpus::requester(number).phone().cloned(),
        email: format!("person{number}@example.org"),
        ..PersonDetails::default()
    }
}

fn save(store: &Store, people: Vec<PersonDetails>) -> anyhow::Result<()> {
    Ok(store.write_blocking(move |tx| {
        let ids = &mut Counted(1 << 126);
        for details in people {
            save_one(tx, details, ids)?;
        }
        Ok(())
    })?)
}

/// As a change of the directory does it: the person, then the address matched anew.
fn save_one(
    tx: &mut WriteTx<'_>,
    details: PersonDetails,
    ids: &mut Counted,
) -> Result<(), StoreError> {
    let ctx = DirectoryContext {
        now: NEWEST,
        agent: AgentId::new(Uuid::nil()),
    };
    let state = tx.load_person_state(PersonId::new(ids.uuid()))?;
    let address = details.mobile_phone.clone().map(Address::Phone);
    let plan = plan_person_save(&state, details, ctx, ids)
        .map_err(|_| StoreError::NotFound { what: "name" })?;
    let _applied = tx.apply(&plan)?;
    if let Some(address) = address {
        let state = tx.load_identity_state(Channel::Sms, &address)?;
        let _applied = tx.apply(&plan_rematch(&state, ctx.now, ids))?;
    }
    Ok(())
}

/// What is typed, letter by letter: names that many have, one that few have, and one that nobody has.
fn search(bench: &Bench, store: &Store) -> anyhow::Result<Figure> {
    let mut typed: Vec<String> = vec!["zzzzzz".to_owned(), "5550".to_owned()];
    for number in (0..MANY).step_by(199) {
        let name = name(bench, number);
        let letters = 1 + usize::try_from(number)? % name.chars().count();
        typed.push(name.chars().take(letters).collect());
    }
    let sample = Sample::take(typed, |typed| {
        let _page = store.read_blocking(move |conn| conn.list_people(&typed, None, SHOWN))?;
        Ok(())
    })?;
    Ok(Figure {
        name: format!("find among {MANY} people while typing"),
        value: sample.percentile(99),
        unit: "ms",
        target: Target::AtMost(20.0),
        note: format!("p99; p50 {:.2} ms", sample.percentile(50)),
    })
}
