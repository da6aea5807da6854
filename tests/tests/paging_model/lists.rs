//! Every list in every way of reading it, as one kind of walk.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use pancake_ext::{
    BlockingPager, Cursor, Error, GuardCounts, List, ListRequest, OrderBy, Page, Pager, Pages,
    TimeRange, WindowPager, types,
};
use pancake_mock::DEFAULT_NOW;

/// A list, and what can happen to its rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Which {
    /// Rows move to the top.
    Conversations,
    /// Rows move out of the list.
    ConversationsUntilNow,
    /// Nothing moves.
    ConversationsByBeginning,
    Customers,
    /// Rows move to the top.
    CustomersByChange,
    /// Rows move out of the list, and shift the others up.
    CustomersByChangeUntilNow,
    Posts,
    CallLogs,
    AdsExport,
    Messages,
    MessagesFromTheOldest,
}

impl Which {
    pub(crate) const ALL: [Which; 11] = [
        Which::Conversations,
        Which::ConversationsUntilNow,
        Which::ConversationsByBeginning,
        Which::Customers,
        Which::CustomersByChange,
        Which::CustomersByChangeUntilNow,
        Which::Posts,
        Which::CallLogs,
        Which::AdsExport,
        Which::Messages,
        Which::MessagesFromTheOldest,
    ];

    pub(crate) fn operation(self) -> &'static str {
        match self {
            Which::Conversations
            | Which::ConversationsUntilNow
            | Which::ConversationsByBeginning => "list_conversations",
            Which::Customers | Which::CustomersByChange | Which::CustomersByChangeUntilNow => {
                "list_page_customers"
            }
            Which::Posts => "list_posts",
            Which::CallLogs => "list_call_logs",
            Which::AdsExport => "export_conversations_from_ads",
            Which::Messages | Which::MessagesFromTheOldest => "list_messages",
        }
    }

    pub(crate) fn is_of_customers(self) -> bool {
        self.operation() == "list_page_customers"
    }

    /// Whether a row leaves the list when its customer writes.
    pub(crate) fn writing_removes(self) -> bool {
        matches!(
            self,
            Which::ConversationsUntilNow | Which::CustomersByChangeUntilNow
        )
    }

    /// Whether a row goes to the top when its customer writes.
    pub(crate) fn writing_moves(self) -> bool {
        matches!(self, Which::Conversations | Which::CustomersByChange)
    }

    /// Whether a row that vanishes can hide another one: calls have neither a total nor offsets, by which it would be noticed.
    /// So the documentation of `ListRequest` says.
    pub(crate) fn hides_rows(self) -> bool {
        self == Which::CallLogs
    }

    pub(crate) fn is_numbered(self) -> bool {
        self.is_of_customers() || matches!(self, Which::Posts | Which::CallLogs)
    }

    /// Whether an empty page ends the list at once, so that one by mistake can't be told from the end.
    pub(crate) fn ends_with_an_empty_page(self) -> bool {
        !self.is_of_customers() && self != Which::Posts
    }

    pub(crate) fn has_windows(self) -> bool {
        matches!(
            self,
            Which::ConversationsByBeginning
                | Which::Customers
                | Which::Posts
                | Which::CallLogs
                | Which::AdsExport
        )
    }
}

/// A way to read a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    Rows,
    Pages,
    Blocking,
    Windows(usize),
}

/// How a list is to be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading {
    pub(crate) which: Which,
    pub(crate) way: Way,
    pub(crate) prefetch: usize,
    /// Of lists that let one choose.
    pub(crate) page_size: u32,
    /// The oldest row of lists that have a range.
    pub(crate) since: i64,
    /// The end of lists that end before what changes.
    pub(crate) now: i64,
    pub(crate) limit: Option<u64>,
    pub(crate) max_pages: Option<u64>,
}

pub(crate) type Next<'a> =
    Pin<Box<dyn Future<Output = Option<Result<Vec<String>, Error>>> + Send + 'a>>;

/// Rows by their ids, in whichever way they are read.
pub(crate) trait Walk: Send {
    /// One row, or the rows of a page.
    fn next(&mut self) -> Next<'_>;
    fn cursor(&self) -> Option<Cursor>;
    fn answers(&self) -> u64;
    fn guards(&self) -> GuardCounts;
}

trait Named: Send + 'static {
    fn name(&self) -> String;
}

macro_rules! named {
    ($($row:ident $id:ident;)+) => {$(
        impl Named for types::$row {
            fn name(&self) -> String {
                self.$id.as_ref().unwrap().to_string()
            }
        }
    )+};
}

named! {
    Conversation id;
    Customer id;
    Post id;
    CallLog call_id;
    AdConversation id;
    Message id;
}

impl<T: Named> Walk for Pager<T> {
    fn next(&mut self) -> Next<'_> {
        Box::pin(async move {
            let row = Pager::next(self).await?;
            Some(row.map(|row| vec![row.name()]))
        })
    }
    fn cursor(&self) -> Option<Cursor> {
        Pager::cursor(self)
    }
    fn answers(&self) -> u64 {
        Pager::answers(self)
    }
    fn guards(&self) -> GuardCounts {
        Pager::guards(self).clone()
    }
}

impl<T: Named> Walk for Pages<T> {
    fn next(&mut self) -> Next<'_> {
        Box::pin(async move {
            let page = Pages::next(self).await?;
            Some(page.map(|page| page.items.iter().map(Named::name).collect()))
        })
    }
    fn cursor(&self) -> Option<Cursor> {
        Pages::cursor(self)
    }
    fn answers(&self) -> u64 {
        Pages::answers(self)
    }
    fn guards(&self) -> GuardCounts {
        Pages::guards(self).clone()
    }
}

macro_rules! walk_of_windows {
    ($($list:ident)+) => {$(
        impl Walk for WindowPager<pancake_ext::$list> {
            fn next(&mut self) -> Next<'_> {
                Box::pin(async move {
                    let row = WindowPager::next(self).await?;
                    Some(row.map(|row| vec![row.name()]))
                })
            }
            fn cursor(&self) -> Option<Cursor> {
                WindowPager::cursor(self)
            }
            fn answers(&self) -> u64 {
                WindowPager::answers(self)
            }
            fn guards(&self) -> GuardCounts {
                WindowPager::guards(self)
            }
        }
    )+};
}

walk_of_windows! { Conversations Customers Posts CallLogs AdsExport }

/// An iterator, each step of which is taken where blocking is allowed.
struct Blocking<T>(Option<BlockingPager<T>>);

impl<T: Named> Walk for Blocking<T> {
    fn next(&mut self) -> Next<'_> {
        Box::pin(async move {
            let mut rows = self.0.take().unwrap();
            let step = tokio::task::spawn_blocking(move || {
                let row = rows.next();
                (rows, row)
            });
            let (rows, row) = step.await.unwrap();
            self.0 = Some(rows);
            Some(row?.map(|row| vec![row.name()]))
        })
    }
    fn cursor(&self) -> Option<Cursor> {
        self.0.as_ref().unwrap().pager().cursor()
    }
    fn answers(&self) -> u64 {
        self.0.as_ref().unwrap().pager().answers()
    }
    fn guards(&self) -> GuardCounts {
        self.0.as_ref().unwrap().pager().guards().clone()
    }
}

const WINDOW: Duration = Duration::from_secs(9 * 86_400);

impl Reading {
    /// Begins to read, or goes on from a cursor. Messages are those of this conversation.
    pub(crate) async fn open(
        &self,
        page: &Page,
        conversation: &str,
        cursor: Option<Cursor>,
    ) -> Box<dyn Walk> {
        let all = TimeRange::unix(self.since, DEFAULT_NOW + 1_000_000).unwrap();
        let until_now = TimeRange::unix(self.since, self.now).unwrap();
        macro_rules! read {
            ($request:expr) => {
                self.read(self.planned($request, cursor)).await
            };
            (windows $request:expr) => {
                match self.way {
                    Way::Windows(concurrent) => {
                        let request = self.planned($request, cursor);
                        Box::new(request.windows(WINDOW).concurrent(concurrent).stream())
                    }
                    _ => read!($request),
                }
            };
        }
        let (size, change) = (self.page_size, OrderBy::UpdatedAt);
        match self.which {
            Which::Conversations => read!(page.conversations()),
            Which::ConversationsUntilNow => read!(page.conversations().range(until_now)),
            Which::ConversationsByBeginning => read!(windows page
                .conversations()
                .range(all)
                .order_by(OrderBy::InsertedAt)),
            Which::Customers => read!(windows page.customers(all).page_size(size)),
            Which::CustomersByChange => {
                read!(page.customers(all).page_size(size).order_by(change))
            }
            Which::CustomersByChangeUntilNow => {
                read!(page.customers(until_now).page_size(size).order_by(change))
            }
            Which::Posts => read!(windows page.posts(all).page_size(size)),
            Which::CallLogs => read!(windows page.call_logs("1").range(all).page_size(size)),
            Which::AdsExport => read!(windows page.ads_export(all)),
            Which::Messages => read!(page.conversation(conversation).messages()),
            Which::MessagesFromTheOldest => {
                read!(page.conversation(conversation).messages().oldest_first())
            }
        }
    }

    fn planned<L>(&self, request: ListRequest<L>, cursor: Option<Cursor>) -> ListRequest<L> {
        let mut request = request.prefetch(self.prefetch);
        if let Some(limit) = self.limit {
            request = request.limit(limit);
        }
        if let Some(pages) = self.max_pages {
            request = request.max_pages(pages);
        }
        match cursor {
            // Through text, as a process would store it.
            Some(cursor) => request.resume(cursor.to_string().parse().unwrap()),
            None => request,
        }
    }

    async fn read<L: Streams>(&self, request: ListRequest<L>) -> Box<dyn Walk> {
        match self.way {
            Way::Pages => Box::new(L::pages(request)),
            Way::Blocking => {
                let begin = move || L::rows(request).blocking().unwrap();
                let rows = tokio::task::spawn_blocking(begin).await.unwrap();
                Box::new(Blocking(Some(rows)))
            }
            Way::Rows | Way::Windows(_) => Box::new(L::rows(request)),
        }
    }
}

/// The lists of the crate, by a name that a test can give them.
trait Streams: List<Row: Named> + Send + Sized + 'static {
    fn rows(request: ListRequest<Self>) -> Pager<Self::Row>;
    fn pages(request: ListRequest<Self>) -> Pages<Self::Row>;
}

macro_rules! streams {
    ($($list:ident)+) => {$(
        impl Streams for pancake_ext::$list {
            fn rows(request: ListRequest<Self>) -> Pager<Self::Row> {
                request.stream()
            }
            fn pages(request: ListRequest<Self>) -> Pages<Self::Row> {
                request.pages()
            }
        }
    )+};
}

streams! { Conversations Customers Posts CallLogs AdsExport Messages }
