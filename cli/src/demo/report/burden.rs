//! The day's work in three ways.

use fieldwork_forms::burden::Counts;

use super::html::Html;
use crate::demo::table::burden_rows;

/// Writes the table.
pub(super) fn write(html: &mut Html, counts: &Counts) {
    html.raw("<div class=\"wide\"><table class=\"list\"><thead><tr><th></th>");
    html.raw("<th class=\"number\">现状</th><th class=\"number\">最好的分开填</th>");
    html.raw("<th class=\"number\">本系统</th></tr></thead><tbody>\n");
    for (name, figures) in burden_rows(counts) {
        html.raw("<tr>").element("th scope=\"row\"", name);
        for figure in figures {
            html.element("td class=\"number\"", figure);
        }
        html.raw("</tr>\n");
    }
    html.raw("</tbody></table></div>\n");
}
