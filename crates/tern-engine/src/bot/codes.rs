//! Codes that are texted (L-2): drawn, held in memory until they are compared, and counted per number.
//!
//! Owns the digits from the draw to the comparison, or until they are too old; what ends with the process is asked for
//! anew. It owns one document beside the settings, too: when codes were texted to which number, so that nobody is
//! answered with a storm of them. It refuses to hand a code out twice for comparison.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use secrecy::SecretString;
use tern_domain::bot::{BotContext, plan_code_text};
use tern_domain::verification::{CodeTexts, TextedCode};
use tern_domain::{Address, Interaction, InteractionId, MessageId, UtcMillis};
use tern_store::{Applied, ReadConn, SettingName, StoreError, WriteTx};

use super::BotDesk;
use crate::ids::EdgeIds;

const CODE_TEXTS: SettingName = SettingName("texted_codes");
/// Numbers that are remembered so; the rest begins anew.
const MOST_NUMBERS: usize = 1_000;

type Sent = BTreeMap<String, CodeTexts>;

/// Codes in memory.
#[derive(Default)]
pub(crate) struct Codes(Mutex<HashMap<InteractionId, Texted>>);

struct Texted {
    message: MessageId,
    code: TextedCode,
}

impl Codes {
    /// A code is on its way; an earlier one of the conversation counts no more.
    fn put(
        &self,
        interaction: InteractionId,
        message: MessageId,
        code: TextedCode,
        now: UtcMillis,
    ) {
        self.forget_old(now);
        self.lock().insert(interaction, Texted { message, code });
    }

    /// Wipes what counts no more; tells when the next one does.
    pub(super) fn forget_old(&self, now: UtcMillis) -> Option<UtcMillis> {
        let mut codes = self.lock();
        codes.retain(|_, texted| texted.code.counts_at(now));
        codes.values().map(|texted| texted.code.ends_at()).min()
    }

    /// The code that an entry is compared with, if it counts still. It is handed out once.
    pub(super) fn take(&self, interaction: InteractionId, now: UtcMillis) -> Option<TextedCode> {
        let texted = self.lock().remove(&interaction)?;
        Some(texted.code).filter(|code| code.counts_at(now))
    }

    /// The words of a text that has not left; `None` if its code does not count any more.
    pub(crate) fn words_of(&self, message: MessageId, now: UtcMillis) -> Option<SecretString> {
        let codes = self.lock();
        let texted = codes.values().find(|texted| texted.message == message)?;
        texted.code.counts_at(now).then(|| texted.code.text())
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<InteractionId, Texted>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When codes were texted to a number.
pub(super) fn codes_to(conn: &ReadConn<'_>, number: &Address) -> Result<CodeTexts, StoreError> {
    let mut sent: Sent = conn.find_setting(CODE_TEXTS)?.unwrap_or_default();
    Ok(sent.remove(number.as_str()).unwrap_or_default())
}

fn count(tx: &mut WriteTx<'_>, number: &Address, at: UtcMillis) -> Result<(), StoreError> {
    let mut sent: Sent = tx.find_setting(CODE_TEXTS)?.unwrap_or_default();
    let before = sent.remove(number.as_str()).unwrap_or_default();
    sent.retain(|_, texts| !texts.is_over_at(at));
    while sent.len() >= MOST_NUMBERS {
        sent.pop_first();
    }
    sent.insert(number.as_str().to_owned(), before.sent(at));
    tx.put_setting(CODE_TEXTS, &sent)
}

impl BotDesk {
    /// Texts a code to whoever writes, in the transaction that says that their PIN was heard.
    pub(super) fn text_code(
        &self,
        tx: &mut WriteTx<'_>,
        interaction: &Interaction,
        code: TextedCode,
        now: UtcMillis,
    ) -> Result<Applied, StoreError> {
        let key = &interaction.key;
        let state = tx.load_conversation_state_to_end(key, now)?;
        let ctx = BotContext {
            now,
            provider_numbers: self.own_numbers.as_slice(),
        };
        let ids = &mut EdgeIds::new(&*self.clock);
        let Some((message, plan)) = plan_code_text(&state, &ctx, ids) else {
            return Ok(Applied::default());
        };
        count(tx, &key.requester, self.entered_at())?;
        self.codes.put(interaction.id, message, code, now);
        tx.apply(&plan)
    }

    /// The words of a code's text that has not left.
    pub(crate) fn words_of_code(&self, message: MessageId, now: UtcMillis) -> Option<SecretString> {
        self.codes.words_of(message, now)
    }
}
