//! Wrong entries of numbers that have no account (L-10): counted like a user's, so that a lock tells nobody whether
//! there is one.
//!
//! Owns one document beside the settings. It forgets by itself what counts no more.

use std::collections::BTreeMap;

use tern_domain::verification::{Lockout, ProofState, plan_number_unlock};
use tern_domain::{Address, Channel, DirectoryContext, IdSource, UtcMillis};
use tern_store::{Applied, ReadConn, SettingName, StoreError, WriteTx};

const STRAYS: SettingName = SettingName("stray_proofs");
/// Numbers that are remembered so; the rest begins anew.
const MOST_STRAYS: usize = 1_000;

type Strays = BTreeMap<String, Lockout>;

/// The wrong entries of one number.
pub(super) fn strays_of(conn: &ReadConn<'_>, number: &Address) -> Result<Lockout, StoreError> {
    let mut strays: Strays = conn.find_setting(STRAYS)?.unwrap_or_default();
    Ok(strays.remove(number.as_str()).unwrap_or_default())
}

pub(super) fn put_strays(
    tx: &mut WriteTx<'_>,
    state: &ProofState,
    after: Lockout,
    now: UtcMillis,
) -> Result<(), StoreError> {
    if after == state.strays {
        return Ok(());
    }
    let mut strays: Strays = tx.find_setting(STRAYS)?.unwrap_or_default();
    strays.retain(|_, lockout| {
        let counts = |at: &UtcMillis| now.since(*at) < Lockout::WINDOW;
        lockout.locked_at(now).is_some() || lockout.wrong.iter().any(counts)
    });
    while strays.len() >= MOST_STRAYS {
        strays.pop_first();
    }
    strays.insert(state.identity.address.as_str().to_owned(), after);
    tx.put_setting(STRAYS, &strays)
}

/// Numbers without an account that are locked at a time, with the end of the lock; whose ends first comes first.
///
/// # Errors
/// [`StoreError`] when the file cannot be read.
pub fn list_locked_numbers(
    conn: &ReadConn<'_>,
    now: UtcMillis,
) -> Result<Vec<(Address, UtcMillis)>, StoreError> {
    let strays: Strays = conn.find_setting(STRAYS)?.unwrap_or_default();
    let mut locked: Vec<_> = strays
        .iter()
        .filter_map(|(number, lockout)| Some((Address::parse(number), lockout.locked_at(now)?)))
        .collect();
    locked.sort_by_key(|(_, until)| *until);
    Ok(locked)
}

/// Ends the lock of a number without an account, and forgets the wrong entries that led to it; `None` if it is not
/// locked.
///
/// # Errors
/// [`StoreError`] when the file cannot be written.
pub fn unlock_number(
    tx: &mut WriteTx<'_>,
    number: &Address,
    ctx: DirectoryContext,
    ids: &mut dyn IdSource,
) -> Result<Option<Applied>, StoreError> {
    let mut strays: Strays = tx.find_setting(STRAYS)?.unwrap_or_default();
    let found = strays.remove(number.as_str());
    if found
        .and_then(|lockout| lockout.locked_at(ctx.now))
        .is_none()
    {
        return Ok(None);
    }
    tx.put_setting(STRAYS, &strays)?;
    let identity = tx.load_identity_state(Channel::Sms, number)?;
    tx.apply(&plan_number_unlock(&identity, ctx, ids)).map(Some)
}
