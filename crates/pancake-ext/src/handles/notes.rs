//! Notes of staff about a customer.

use pancake_client::operations::{ADD_CUSTOMER_NOTE, DELETE_CUSTOMER_NOTE, UPDATE_CUSTOMER_NOTE};
use pancake_client::types::{
    AddCustomerNoteBody, DeleteCustomerNoteBody, Note, UpdateCustomerNoteBody,
};
use pancake_client::{NoteId, Operation};

use crate::error::Error;
use crate::scope::customer::Customer;

/// What the server says after it has taken a note.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AddedNote {
    /// Id of the new note. Captured answers have it; the documentation does not promise it.
    pub id: Option<NoteId>,
    /// All notes of the customer afterwards; `None` if the answer does not list them. Deleted ones may be among them: they
    /// have `removed_at`.
    pub notes: Option<Vec<Note>>,
}

/// # Notes
impl Customer {
    /// Writes a note about the customer.
    ///
    /// ```no_run
    /// # async fn run(customer: pancake_ext::Customer) -> Result<(), pancake_ext::Error> {
    /// let added = customer.add_note("Khách thích gọi buổi chiều").await?;
    /// if let Some(note) = &added.id {
    ///     customer.update_note(note, "Khách thích gọi buổi sáng").await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of `add_customer_note`; [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), with nothing sent, if
    /// the text is empty.
    ///
    /// A second call writes a second note, so the client tries again only where the first was provably not carried out.
    /// [`Execution::Unknown`](crate::Execution::Unknown), after a time-out, a reset or HTTP 5xx, means that the note **may
    /// have been written**: look for it among the `notes` of the customer in [`Page::customers`](crate::Page::customers)
    /// before you write it again.
    pub async fn add_note(&self, text: impl Into<String>) -> Result<AddedNote, Error> {
        let message = self.text(text.into(), &ADD_CUSTOMER_NOTE)?;
        let call = self.page().client().add_customer_note();
        let call = call.page_id(self.page().id()).page_customer_id(self.id());
        let answer = call.body(AddCustomerNoteBody { message }).send().await?;
        let answer = answer.into_inner();
        Ok(AddedNote {
            id: answer.note_id,
            notes: answer.data,
        })
    }

    /// Replaces the text of a note; the former text stays in its `edit_history`. Gives all notes afterwards, deleted ones
    /// among them, or `None` if the answer does not list them.
    ///
    /// # Errors
    ///
    /// Those of `update_customer_note`; [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), with nothing sent,
    /// if the text or the id is empty.
    pub async fn update_note(
        &self,
        note: impl Into<NoteId>,
        text: impl Into<String>,
    ) -> Result<Option<Vec<Note>>, Error> {
        let body = UpdateCustomerNoteBody {
            note_id: self.note(note.into(), &UPDATE_CUSTOMER_NOTE)?,
            message: self.text(text.into(), &UPDATE_CUSTOMER_NOTE)?,
        };
        let call = self.page().client().update_customer_note();
        let call = call.page_id(self.page().id()).page_customer_id(self.id());
        Ok(call.body(body).send().await?.into_inner().data)
    }

    /// Deletes a note. Gives all notes afterwards, or `None` if the answer does not list them. Whether this one is still
    /// among them, with `removed_at`, is not known.
    ///
    /// # Errors
    ///
    /// Those of `delete_customer_note`; [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest), with nothing sent,
    /// if the id is empty.
    pub async fn delete_note(&self, note: impl Into<NoteId>) -> Result<Option<Vec<Note>>, Error> {
        let note_id = self.note(note.into(), &DELETE_CUSTOMER_NOTE)?;
        let call = self.page().client().delete_customer_note();
        let call = call.page_id(self.page().id()).page_customer_id(self.id());
        let answer = call.body(DeleteCustomerNoteBody { note_id }).send().await?;
        Ok(answer.into_inner().data)
    }

    fn note(&self, note: NoteId, operation: &'static Operation) -> Result<NoteId, Error> {
        if note.as_str().is_empty() {
            let what = "the id of the note is empty: take it from the notes of the customer";
            return Err(Error::unsent(what, operation, self.page().id()));
        }
        Ok(note)
    }

    fn text(&self, text: String, operation: &'static Operation) -> Result<String, Error> {
        if text.trim().is_empty() {
            let what = "the note has no text: give one, or delete the note";
            return Err(Error::unsent(what, operation, self.page().id()));
        }
        Ok(text)
    }
}
