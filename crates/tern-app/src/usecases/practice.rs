//! The practice line's phones and bad days, for the pane beside the inbox.

use crate::app::App;
use crate::dto::{
    AddHandset, Handset, HandsetRef, HandsetText, PracticeConditions, TextFromHandset,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::practice::{Control, HandsetBook, handset_view};
use crate::records::{self, Record};
use crate::words;

/// Longest name of a phone's owner.
const LONGEST_NAME: usize = 40;

impl App {
    /// The practice line's phones.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`] off the practice line.
    pub async fn practice_handsets(&self) -> Result<Vec<Handset>, ApiError> {
        let desk = self.desk()?;
        control(&desk)?;
        Ok(book(&desk).await?.views())
    }

    /// Adds a phone.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for a name that is empty or too long.
    pub async fn practice_add_handset(&self, request: AddHandset) -> Result<Handset, ApiError> {
        let desk = self.desk()?;
        let name = request.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                "A phone needs a name of at most 40 characters.",
                "",
            ));
        }
        let number = control(&desk)?
            .put_handset(None, &name)
            .await
            .map_err(|error| words::control(&error))?;
        let mut book = book(&desk).await?;
        book.add(number.clone(), name.clone());
        records::put(&desk.store, Record::Handsets, book).await?;
        self.emit(Change::Handset {
            number: number.clone(),
        });
        Ok(handset_view(&number, &name))
    }

    /// What a phone shows.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a phone that is not there.
    pub async fn practice_texts(&self, request: HandsetRef) -> Result<Vec<HandsetText>, ApiError> {
        let desk = self.desk()?;
        own_phone(&desk, &request.number).await?;
        control(&desk)?
            .texts(&request.number)
            .await
            .map_err(|error| words::control(&error))
    }

    /// Writes a text on a phone.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a phone that is not there, [`ErrorCode::InvalidInput`] for what the line
    /// does not take.
    pub async fn practice_text(&self, request: TextFromHandset) -> Result<(), ApiError> {
        let desk = self.desk()?;
        own_phone(&desk, &request.from).await?;
        control(&desk)?
            .send(&request.from, &request.to, &request.body, &request.pictures)
            .await
            .map_err(|error| words::control(&error))?;
        self.emit(Change::Handset {
            number: request.from,
        });
        if let Some(engine) = desk.engine() {
            engine.poll_now();
        }
        Ok(())
    }

    /// Conditions in force.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`] off the practice line.
    pub async fn practice_conditions(&self) -> Result<PracticeConditions, ApiError> {
        let desk = self.desk()?;
        control(&desk)?
            .conditions()
            .await
            .map_err(|error| words::control(&error))
    }

    /// Changes the conditions.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`] off the practice line.
    pub async fn practice_set_conditions(
        &self,
        request: PracticeConditions,
    ) -> Result<PracticeConditions, ApiError> {
        let desk = self.desk()?;
        let control = control(&desk)?;
        let was_off = control
            .conditions()
            .await
            .map_err(|error| words::control(&error))?
            .network_off;
        let now = control
            .set_conditions(request)
            .await
            .map_err(|error| words::control(&error))?;
        if was_off && !now.network_off {
            // As the system would tell us of a network that came back.
            self.wake();
        } else if let Some(engine) = desk.engine() {
            engine.poll_now();
        }
        Ok(now)
    }
}

fn control(desk: &Desk) -> Result<&Control, ApiError> {
    desk.control.as_ref().ok_or_else(|| {
        ApiError::new(
            ErrorCode::NotReady,
            "This works on the practice line only.",
            "",
        )
    })
}

async fn book(desk: &Desk) -> Result<HandsetBook, ApiError> {
    Ok(records::find(&desk.store, Record::Handsets)
        .await?
        .unwrap_or_default())
}

async fn own_phone(desk: &Desk, number: &str) -> Result<(), ApiError> {
    if book(desk).await?.contains(number) {
        Ok(())
    } else {
        Err(ApiError::new(
            ErrorCode::NotFound,
            "There is no such phone.",
            "",
        ))
    }
}
