//! Conditions, while they are being made.

use crate::app::App;
use crate::dto::{ConditionDraft, ConditionView, FactView};
use crate::error::ApiError;
use crate::view::condition;

impl App {
    /// What conditions can ask about.
    ///
    /// # Errors
    /// None.
    #[expect(clippy::unused_async, reason = "every command is called alike")]
    pub async fn condition_facts(&self) -> Result<Vec<FactView>, ApiError> {
        Ok(condition::facts())
    }

    /// Checks a condition and shows it as a form.
    ///
    /// # Errors
    /// [`ErrorCode::BadRequest`](crate::ErrorCode::BadRequest) for a form with an unknown fact.
    #[expect(clippy::unused_async, reason = "every command is called alike")]
    pub async fn check_condition(
        &self,
        request: ConditionDraft,
    ) -> Result<ConditionView, ApiError> {
        let text = condition::text_of(request)
            .ok_or_else(|| ApiError::bad_request("the form has an unknown fact"))?;
        Ok(condition::check(&text))
    }
}
