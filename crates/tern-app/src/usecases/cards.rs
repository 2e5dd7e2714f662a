//! How conversations look in the inbox: the layouts.

use tern_domain::card::{CardField, CardLayout, check_layouts};

use crate::app::App;
use crate::dto::{CardFieldView, CardLayoutView, CardSettings, SaveCardLayouts};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::records::{self, Record};
use crate::view::card;

impl App {
    /// All card layouts in their order, and what they can name.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn card_layouts(&self) -> Result<CardSettings, ApiError> {
        let desk = self.desk()?;
        let kept: Option<Vec<CardLayout>> = records::find(&desk.store, Record::CardLayouts).await?;
        Ok(view(kept.unwrap_or_default()))
    }

    /// Replaces all card layouts.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] in words for whoever edits them.
    pub async fn save_card_layouts(
        &self,
        request: SaveCardLayouts,
    ) -> Result<CardSettings, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let layouts = request.layouts.into_iter().map(from_view).collect();
        let layouts = check_layouts(layouts)
            .map_err(|problem| ApiError::new(ErrorCode::InvalidInput, problem.to_string(), ""))?;
        records::put(&desk.store, Record::CardLayouts, layouts.clone()).await?;
        self.emit(Change::Everything);
        self.emit(Change::Team);
        Ok(view(layouts))
    }
}

fn view(layouts: Vec<CardLayout>) -> CardSettings {
    CardSettings {
        layouts: layouts
            .into_iter()
            .map(|layout| CardLayoutView {
                id: layout.id,
                name: layout.name,
                condition: layout.condition,
                fields: layout.fields.into_iter().map(card::name).collect(),
            })
            .collect(),
        fields: CardField::ALL
            .into_iter()
            .map(|field| CardFieldView {
                field: card::name(field),
                label: field.label().to_owned(),
                example: card::example(field).to_owned(),
            })
            .collect(),
    }
}

fn from_view(layout: CardLayoutView) -> CardLayout {
    CardLayout {
        id: layout.id,
        name: layout.name,
        condition: layout.condition,
        fields: layout.fields.into_iter().map(card::field).collect(),
    }
}
