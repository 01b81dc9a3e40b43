//! What reacts without a round trip: the progress of an import.

use leptos::prelude::*;

/// Follows a running import and shows its result when it is done.
#[island]
pub fn ImportWatch(id: String, label: String) -> impl IntoView {
    let (done, set_done) = signal(0_usize);
    let (total, set_total) = signal(0_usize);
    #[cfg(feature = "hydrate")]
    leptos::task::spawn_local(async move {
        loop {
            if let Ok(progress) = super::api::import_progress(id.clone()).await {
                set_done.set(progress.done);
                set_total.set(progress.total);
                if progress.finished {
                    let _ = window().location().reload();
                    return;
                }
            }
            let (wake, woken) = alarm();
            set_timeout(wake, std::time::Duration::from_millis(400));
            woken.await;
        }
    });
    #[cfg(not(feature = "hydrate"))]
    drop((id, set_done, set_total));
    view! {
        <div class="progress">
            <p><span id="import-progress">{label}</span><span>{move || done.get()}" / "{move || total.get()}</span></p>
            <progress aria-labelledby="import-progress" max=move || total.get().max(1).to_string()
                value=move || done.get().to_string()></progress>
        </div>
    }
}

/// A function for a timer to call, and what then is over.
#[cfg(feature = "hydrate")]
fn alarm() -> (impl FnOnce() + 'static, impl Future<Output = ()>) {
    let mut resolve = None;
    let promise = js_sys::Promise::new(&mut |ok, _| resolve = Some(ok));
    let wake = move || {
        if let Some(resolve) = resolve {
            let _ = resolve.call0(&wasm_bindgen::JsValue::NULL);
        }
    };
    (wake, async move {
        let _ = wasm_bindgen_futures::JsFuture::from(promise).await;
    })
}
