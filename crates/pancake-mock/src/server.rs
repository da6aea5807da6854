//! The listening socket: takes connections, serves them, and ends with the server.
use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::Request,
    middleware::{Next, from_fn, map_response},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderValue, Method, StatusCode, header};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use tokio::{
    net::TcpListener,
    sync::watch,
    task::{JoinHandle, JoinSet},
};
use tower::{ServiceExt as _, service_fn};

#[cfg(feature = "cli")]
use crate::control;
use crate::{
    connection::{ConnectionControl, MisbehavingStream},
    delivery, pipeline,
    shared::Shared,
};

/// How long a stopping server waits for requests in flight.
const GRACE: Duration = Duration::from_secs(5);

/// A running server. All its tasks end when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    accepting: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

impl Server {
    pub(crate) async fn start(listen: SocketAddr, shared: Arc<Shared>) -> io::Result<Self> {
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let (stop, stopping) = watch::channel(false);
        let router = router(shared);
        let accepting = tokio::spawn(accept(listener, router, stopping));
        Ok(Self {
            address,
            accepting,
            stop,
        })
    }

    /// Takes no more connections, lets requests in flight finish, and waits for the end; not for
    /// ever, as an endless body has none.
    pub(crate) async fn stop(mut self) {
        self.stop.send_replace(true);
        // Whatever comes of it, dropping ends the rest.
        let _ = tokio::time::timeout(GRACE, &mut self.accepting).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The connections are children of this task, in a set that aborts them when it goes.
        self.accepting.abort();
    }
}

/// Where the pictures of customers are.
pub(crate) const PICTURES: &str = "/pictures";

/// 16 by 16 blue dots.
const PICTURE: &str = "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mPwmvCIJMQwqmFUw/DVAABy2bwQ2TJ7BgAAAABJRU5ErkJggg==";

fn router(shared: Arc<Shared>) -> Router {
    let clock = shared.clock.clone();
    Router::new()
        .route(&format!("{PICTURES}/{{name}}"), get(picture))
        .fallback(move |request: Request| answer(Arc::clone(&shared), request))
        .layer(from_fn(open_to_browsers))
        .layer(map_response(move |response| {
            std::future::ready(delivery::dated(response, &clock))
        }))
}

async fn answer(shared: Arc<Shared>, request: Request) -> Response {
    #[cfg(feature = "cli")]
    if control::is_asked(request.uri().path()) {
        return control::answer(shared, request).await;
    }
    let connection = request.extensions().get::<ConnectionControl>();
    let connection = connection.cloned().unwrap_or_default();
    pipeline::answer(shared, connection, request).await
}

async fn picture() -> impl IntoResponse {
    let picture = STANDARD.decode(PICTURE).unwrap_or_default();
    ([(header::CONTENT_TYPE, "image/png")], picture)
}

/// A page in a browser may ask this server, whatever host it comes from.
async fn open_to_browsers(request: Request, next: Next) -> Response {
    let asks_first = request.method() == Method::OPTIONS
        && request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks_first {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    let all = HeaderValue::from_static("*");
    for name in [
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        header::ACCESS_CONTROL_ALLOW_METHODS,
    ] {
        response.headers_mut().insert(name, all.clone());
    }
    response
}

async fn accept(listener: TcpListener, router: Router, mut stopping: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            // An error of one connection (gone before it was taken) is none of the listener.
            taken = listener.accept() => if let Ok((stream, _)) = taken {
                // Without it a client waits for delayed acknowledgements between head and body.
                let _ = stream.set_nodelay(true);
                connections.spawn(serve(stream, router.clone(), stopping.clone()));
            },
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            _ = stopping.changed() => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn serve(stream: tokio::net::TcpStream, router: Router, mut stopping: watch::Receiver<bool>) {
    let control = ConnectionControl::default();
    let io = TokioIo::new(MisbehavingStream::new(stream, control.clone()));
    let service = service_fn(move |mut request: http::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(control.clone());
        router.clone().oneshot(request)
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .serve_connection(io, TowerToHyperService::new(service));
    tokio::pin!(connection);
    tokio::select! {
        // How a connection ends is the client's business, or a fault's.
        _ = connection.as_mut() => {}
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
