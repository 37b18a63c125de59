//! A small picture of a file that is a picture. It is painted, not loaded: a page's policy need not allow addresses for that.

use leptos::prelude::AnyView;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap};

use crate::ui::element::element;

/// Twice the size at which it is shown, for screens that are fine.
const SIDE: u32 = 72;
/// Larger files are not opened only to be shown small.
const LARGEST: f64 = 12.0 * 1024.0 * 1024.0;

/// The picture, if the browser may be able to paint one.
pub(super) fn view(file: &File) -> Option<AnyView> {
    if !file.type_().starts_with("image/") || file.size() > LARGEST {
        return None;
    }
    let side = SIDE.to_string();
    let file = file.clone();
    let canvas = element("CANVAS")
        .attr("class", "thumb")
        .attr("width", side.clone())
        .attr("height", side)
        .attr("aria-hidden", "true")
        .follow(move |canvas| {
            let Ok(canvas) = canvas.clone().dyn_into::<HtmlCanvasElement>() else {
                return;
            };
            let file = file.clone();
            // A picture that the browser cannot read leaves the square empty.
            wasm_bindgen_futures::spawn_local(async move {
                let _ = paint(&canvas, &file).await;
            });
        });
    Some(canvas.into())
}

async fn paint(canvas: &HtmlCanvasElement, file: &File) -> Option<()> {
    let window = web_sys::window()?;
    let reading = window.create_image_bitmap_with_blob(file).ok()?;
    let picture: ImageBitmap = JsFuture::from(reading).await.ok()?.dyn_into().ok()?;
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    let (width, height) = (f64::from(picture.width()), f64::from(picture.height()));
    let side = f64::from(SIDE);
    // It covers the square; what is too long is cut off on both ends.
    let scale = side / width.min(height);
    let (width, height) = (width * scale, height * scale);
    let (x, y) = ((side - width) / 2.0, (side - height) / 2.0);
    let painted = context.draw_image_with_image_bitmap_and_dw_and_dh(&picture, x, y, width, height);
    picture.close();
    painted.ok()
}
