//! stub
use crate::diagnostic::Checked;
use crate::page::directive::Directive;
use crate::render::generated::Library;
use crate::render::view::SiteView;
use crate::text::SourceFile;
use std::sync::Arc;
pub fn html(_: &Directive, _: &Library<'_>, _: &SiteView, _: &Arc<SourceFile>) -> Checked<String> {
    Checked::clean(String::new())
}
