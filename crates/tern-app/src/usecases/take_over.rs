//! Making Tern the only one to get a number's texts, when the admin says so.
//!
//! Never by itself: another program may live from what it is sent (T-3). Pictures, calls and the fallback of
//! the number stay as they are.

use tern_twilio::SmsWebhook;

use super::account::typed;
use super::webhooks::{INBOUND_PATH, webhook_url};
use crate::app::App;
use crate::dto::{DoctorReport, TakeOverNumber};
use crate::error::{ApiError, ErrorCode};
use crate::words;

impl App {
    /// Points a number's texts at Tern where webhooks can reach it, and at nobody where Tern fetches them.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for credentials or a number that cannot be used, [`ErrorCode::NotReady`]
    /// without an account, and what Twilio refuses.
    pub async fn take_over_number(
        &self,
        request: TakeOverNumber,
    ) -> Result<DoctorReport, ApiError> {
        let credential = match &request.credentials {
            Some(input) => typed(input)?,
            None => self
                .desk()?
                .link()
                .credential
                .ok_or_else(words::credentials_missing)?,
        };
        let settings = self.settings().await?;
        let webhook = SmsWebhook {
            url: webhook_url(&settings, &credential, INBOUND_PATH)
                .map(String::from)
                .unwrap_or_default(),
            ..SmsWebhook::default()
        };
        let client = credential.client().map_err(|_| ApiError::internal())?;
        let refused = |error| words::webhook_not_changed(&error);
        let numbers = client.list_numbers().await.map_err(refused)?;
        let number = numbers
            .iter()
            .find(|number| number.phone_number.as_str() == request.number)
            .ok_or_else(|| {
                ApiError::new(
                    ErrorCode::InvalidInput,
                    "This number does not belong to the account any more.",
                    "Check the set-up again.",
                )
            })?;
        client
            .update_number_sms_url(&number.sid, &webhook)
            .await
            .map_err(refused)?;
        Ok(self.visit(&credential).await.report)
    }
}
