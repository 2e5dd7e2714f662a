//! How things are with a recipient, read in one look at the file.

use jiff::tz::TimeZone;
use tern_domain::notification::{
    DeliveryTerms, Notification, NotificationSettings, RecipientStanding, RunCause,
};
use tern_domain::topic::RecordTable;
use tern_domain::{
    ConversationKey, MessagingProfile, Millis, Person, PersonId, PersonKind, PhoneNumber,
    SendRefusal, UtcMillis, cannot_send,
};
use tern_store::{NewRecipient, ReadConn, StoreError};

use super::NOTIFICATION_SETTINGS;
use crate::bot::BotDesk;

const HOUR: Millis = Millis::hours(1);

/// What is the same for all recipients of a run.
pub(super) struct Look<'l> {
    bot: &'l BotDesk,
    own_numbers: Vec<PhoneNumber>,
    provider: Option<PhoneNumber>,
    originator: Option<PersonId>,
    /// Numbers in the row: whose it is (S-14); `None` = it is about no row.
    owners: Option<Vec<PhoneNumber>>,
    pub(super) table: Option<RecordTable>,
    pub(super) now: UtcMillis,
    settings: NotificationSettings,
    quiet_until: Option<UtcMillis>,
    today: u32,
    day_ends: UtcMillis,
}

impl<'l> Look<'l> {
    pub(super) fn take(
        conn: &ReadConn<'_>,
        bot: &'l BotDesk,
        notification: &Notification,
        cause: &RunCause,
    ) -> Result<Self, StoreError> {
        let now = bot.clock().now();
        let zone = TimeZone::system();
        let settings: NotificationSettings = conn
            .find_setting(NOTIFICATION_SETTINGS)?
            .unwrap_or_default();
        let week = settings.week();
        let is_quiet = week.is_quiet_at(&zone, now);
        let (day_began, day_ends) = day_of(now, &zone);
        let table = match notification.table() {
            Some(name) => conn.find_record_table(name)?,
            None => None,
        };
        let occasion = cause.occasion();
        let owners = table.as_ref().map(|table| occasion.owners(table));
        Ok(Self {
            bot,
            own_numbers: bot.own_numbers().as_slice().to_vec(),
            provider: notification.provider.clone(),
            originator: cause.originator(),
            owners,
            table,
            now,
            quiet_until: is_quiet
                .then(|| week.next_change_after(&zone, now))
                .flatten(),
            settings,
            today: conn.count_notifications_since(day_began)?,
            day_ends,
        })
    }

    pub(super) fn own_numbers(&self) -> &[PhoneNumber] {
        &self.own_numbers
    }

    /// The terms for the recipient at a place of a run that began then.
    pub(super) fn terms(
        &self,
        notification: &Notification,
        started_at: UtcMillis,
        place: u32,
    ) -> DeliveryTerms {
        DeliveryTerms {
            now: self.now,
            is_actionable: notification.is_actionable(),
            include_originator: notification.recipients.include_originator,
            kept_until: started_at + Millis::hours(notification.keep_hours.into()),
            quiet_until: self.quiet_until,
            most_an_hour: self.settings.most_an_hour,
            today: self.today,
            day_ends: self.day_ends,
            place,
        }
    }

    /// How things are with somebody, and where they would get it.
    pub(super) fn standing(
        &self,
        conn: &ReadConn<'_>,
        recipient: &NewRecipient,
    ) -> Result<(RecipientStanding, Option<ConversationKey>), StoreError> {
        let mut standing = RecipientStanding {
            exists: recipient.person.is_none(),
            is_user: false,
            is_originator: recipient.person.is_some() && recipient.person == self.originator,
            may_see_record: recipient.is_chosen || self.owners.is_none(),
            is_linked: false,
            is_on: false,
            is_blocked: false,
            can_be_texted: false,
            is_busy: false,
            bot_answers: false,
            lately: 0,
        };
        let Some(id) = recipient.person else {
            return Ok((standing, None));
        };
        let Some(person) = conn.find_person(id)? else {
            return Ok((standing, None));
        };
        standing.exists = true;
        standing.is_user = person.details.kind == PersonKind::User;
        standing.may_see_record |= self.is_theirs(&person);
        standing.lately = conn.count_notified(id, self.now - HOUR)?;
        let Some((profile, is_linked, is_on)) = best_profile(conn, id)? else {
            return Ok((standing, None));
        };
        (standing.is_linked, standing.is_on) = (is_linked, is_on);
        let Some(provider) = self.provider_for(conn, &profile)? else {
            return Ok((standing, None));
        };
        standing.bot_answers = self.bot.topics().answers(&provider);
        let key = ConversationKey {
            channel: profile.channel,
            requester: profile.address,
            provider,
        };
        let state = conn.load_conversation_state(&key, None)?;
        match cannot_send(&state, &self.own_numbers) {
            None => standing.can_be_texted = true,
            Some(SendRefusal::OptedOut { .. }) => standing.is_blocked = true,
            Some(_) => {}
        }
        standing.is_busy = state.active().is_some();
        Ok((standing, Some(key)))
    }

    fn is_theirs(&self, person: &Person) -> bool {
        let owners = self.owners.as_deref().unwrap_or_default();
        let mut phones = person.details.phones();
        phones.any(|(_, number)| owners.contains(number))
    }

    /// S-13: the number that was chosen, else the one of the newest conversation, else the first.
    fn provider_for(
        &self,
        conn: &ReadConn<'_>,
        profile: &MessagingProfile,
    ) -> Result<Option<PhoneNumber>, StoreError> {
        if let Some(chosen) = &self.provider {
            return Ok(self.own_numbers.contains(chosen).then(|| chosen.clone()));
        }
        for conversation in conn.list_conversations_with(profile.channel, &profile.address)? {
            let provider = conn.load_conversation(conversation)?.key.provider;
            if self.own_numbers.contains(&provider) {
                return Ok(Some(provider));
            }
        }
        Ok(self.own_numbers.first().cloned())
    }
}

/// A person's number that is linked to the account and wants notifications, or the one that comes nearest.
fn best_profile(
    conn: &ReadConn<'_>,
    person: PersonId,
) -> Result<Option<(MessagingProfile, bool, bool)>, StoreError> {
    let mut best: Option<(MessagingProfile, bool, bool)> = None;
    for profile in conn.list_profiles_of(person)? {
        let link = conn.find_account_link(profile.id)?;
        let is_linked = link.is_some_and(|link| link.person == person);
        let is_on = conn
            .find_subscription(profile.id)?
            .is_some_and(|it| it.is_on);
        if best
            .as_ref()
            .is_none_or(|(_, linked, on)| (is_linked, is_on) > (*linked, *on))
        {
            best = Some((profile, is_linked, is_on));
        }
    }
    Ok(best)
}

/// When the day of the wall clock began, and when it ends.
fn day_of(now: UtcMillis, zone: &TimeZone) -> (UtcMillis, UtcMillis) {
    const DAY: Millis = Millis::days(1);
    let zoned = jiff::Timestamp::from_millisecond(now.0)
        .unwrap_or_default()
        .to_zoned(zone.clone());
    let midnight = |at: Result<jiff::Zoned, jiff::Error>| {
        let at = at.and_then(|at| at.start_of_day());
        at.ok().map(|at| UtcMillis(at.timestamp().as_millisecond()))
    };
    (
        midnight(Ok(zoned.clone())).unwrap_or(now - DAY),
        midnight(zoned.tomorrow()).unwrap_or(now + DAY),
    )
}
