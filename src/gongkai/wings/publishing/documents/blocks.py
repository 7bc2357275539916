"""What the body of a document may hold. Few blocks, each with text for people who cannot see it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.contrib.table_block.blocks import TableBlock
from wagtail.snippets.blocks import SnippetChooserBlock

RICH_TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "hr", "link", "blockquote"]


class PictureBlock(blocks.StructBlock):
    """A picture; the text tells the same to those who do not see it."""

    file = SnippetChooserBlock("files.StoredFile", label=_("File"))
    text = blocks.CharBlock(label=_("Description"), max_length=300)
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        label = _("Picture")


class VideoBlock(blocks.StructBlock):
    """A video from our own storage, with a transcript."""

    file = SnippetChooserBlock("files.StoredFile", label=_("File"))
    title = blocks.CharBlock(label=_("Title"), max_length=200)
    transcript = blocks.RichTextBlock(label=_("Transcript"), features=["bold", "ol", "ul"])

    class Meta:
        icon = "media"
        label = _("Video")


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"), max_length=300)
    answer = blocks.RichTextBlock(label=_("Answer"), features=["bold", "ol", "ul", "link"])

    class Meta:
        icon = "help"
        label = _("Question and answer")


class BodyBlock(blocks.StreamBlock):
    text = blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT_FEATURES)
    table = TableBlock(label=_("Table"))
    picture = PictureBlock()
    video = VideoBlock()
    question = QuestionBlock()
    html = blocks.RawHTMLBlock(label=_("Imported text"), group=_("Imported"))
    """Only import writes it, cleaned by ``text.clean_html``; editors may correct it."""
