"""Recognise the labels that open a part of a web page which is not its main content: 'Related articles', '12 comments', 'Tags'.

A label is a short text of its own, mostly a heading. English, German, French, Spanish, Portuguese, Italian, Dutch, Polish and
Russian are known well, Chinese and Japanese a little. boilerpipe's terminating blocks and trafilatura go by such words, too.
"""

import re
from typing import Final

COMMENTS: Final = "comments"
ARTICLES: Final = "articles"
SERVICE: Final = "service"
"""The kinds of label: readers' comments; lists of other articles; sharing, subscribing, tags, authors, advertisements."""

MAX_CHARS: Final = 60
"""Maximum length of a label in characters."""
_MIN_CHARS = 3

_PHRASES = {
    COMMENTS: (
        r"(?:[(\[]?(?:\d{1,6}|no|keine?|one|un|ein|sin|aucun)[)\]]? )?(?:comments?|kommentare?|commentaires?"
        r"|coment[aá]rios?|comment[io]"
        r"|reacties|opmerkingen|komentarz[ey]|комментари[йияев]{1,2}|responses|replies|respuestas|réponses|reader comments"
        r"|leserkommentare|评论|コメント)(?: [(\[]?\d{1,6}[)\]]?)?(?: (?:on|to|zu|sur|en|a) .{1,50})?",
        r"\d{1,6} (?:gedanken|thoughts?|réflexions?|pensamientos?|ideas) (?:zu|on|sur|en|about) .{1,50}|letzte kommentare",
        r"(?:leave|post|add|write) a (?:comment|reply)|join the (?:discussion|conversation)|have your say"
        r"|comments are closed",
        r"(?:schreibe?n?|hinterlass?en?)(?: sie)? (?:einen|ihren|deinen|eine) (?:kommentar|antwort)|(?:jetzt "
        r"|artikel )?kommentieren",
        r"(?:dein |ihr )?kommentar (?:schreiben|hinterlassen|verfassen|abgeben)|antwort(?:en)? (?:abbrechen|hinterlassen)",
        r"(?:laisser|écrire|ajouter|poster) un commentaire|laisser une réponse|réagir(?: à cet article)?|commenter",
        r"(?:deja|escribe|añade|publica)r? (?:un comentario|una respuesta)|comentar(?: este artículo)?"
        r"|deixe (?:um comentário|uma resposta)",
        r"lascia un commento|(?:geef|plaats|laat) een reactie(?: achter)?|dodaj komentarz|(?:оставить"
        r"|добавить) комментарий",
    ),
    ARTICLES: (
        r"(?:related|similar|recommended|popular|recent|latest|trending|further|more|most (?:read|popular|viewed|shared"
        r"|recent))"
        r"(?: (?:articles?|posts?|stories|story|news|content|links|topics?|reading|reads|videos?|products|for you|now"
        r"|entries|pages))?",
        r"more (?:from|on|in|about|like) .{1,50}|latest (?:from|on|in) ?.{1,50}|top stories|editor.?s.? picks?|don.t miss",
        r"you (?:may|might) (?:also )?(?:like|enjoy|be interested in)(?: .{1,20})?|(?:read|up|what to read) next"
        r"|read (?:also|more)|see more",
        r"(?:(?:ähnliche|verwandte|weitere|andere|neueste|aktuelle|letzte|passende|beliebte(?:ste)?|mehr|top)[- ]){1,2}"
        r"(?:beiträge|artikel|themen|topthemen|nachrichten|meldungen|inhalte|posts|news|links|storys|videos"
        r"|seiten)(?: .{1,40})?",
        r"mehr (?:zum thema|aus|von|über|zu|lesen|erfahren|in|im|dazu)(?: .{1,50})?|das könnte (?:sie|dich"
        r"|euch) (?:auch )?interessieren",
        r"auch interessant|(?:lesen|lies|sehen) (?:sie )?(?:auch|mehr|dazu|weiter)|meist ?gelesen(?:e artikel)?"
        r"|am meisten gelesen",
        r"(?:gleich )?weiterlesen|zum thema|(?:passend )?zum thema",
        r"articles? (?:similaires?|liés?|associés?|récents?|connexes)|(?:à )?(?:lire|voir|découvrir) (?:aussi"
        r"|également)|à découvrir",
        r"sur le même (?:sujet|thème)|dans la même (?:rubrique|catégorie)|(?:les )?plus (?:lus|populaires|consultés)",
        r"(?:artículos|noticias|notas|contenidos?|temas|entradas|artigos|matérias|posts) relacionad[oa]s|relacionad[oa]s",
        r"(?:también )?te (?:puede|podría) interesar|lo más (?:visto|leído)(?: .{1,20})?|últimas (?:noticias|notícias"
        r"|entradas)",
        r"(?:más|mais) (?:leíd[oa]s|lid[oa]s|noticias|notícias|vist[oa]s|populares|información)|más (?:de|sobre"
        r"|en) .{1,50}",
        r"(?:lea|lee|leia|veja|vea|mira) (?:también|também|además|além|mais|más)",
        r"articoli (?:correlati|recenti|simili)|leggi anche|potrebbe(?:ro)? interessarti(?: anche)?",
        r"(?:gerelateerde|meer|laatste|andere) (?:artikelen|berichten|nieuws|over .{1,40})|lees (?:ook|meer|verder)",
        r"(?:powiązane|podobne|polecane)(?: \w{1,12})?|(?:czytaj|zobacz|przeczytaj) (?:także|też|więcej|również)",
        r"читайте также|(?:похожие|другие|последние) \w{4,12}|по теме|関連記事|おすすめ記事|相关文章",
    ),
    SERVICE: (
        r"share(?: (?:this|on|via|article|the)(?: .{1,30})?)?|(?:artikel |beitrag |seite )?(?:teilen|weiterempfehlen"
        r"|drucken|empfehlen)",
        r"teilen (?:mit|auf|via) .{1,30}|partager(?: (?:cet article|sur|via).{0,20})?|condividi(?: .{1,20})?",
        r"compart(?:ir|e|ilhar|ilhe)(?: (?:este artículo|en|esta nota|isso|no|este artigo).{0,20})?",
        r"(?:follow us|folgen sie uns|folge uns|suivez-nous|síguenos|siga-nos|seguici)(?: .{1,30})?",
        r"(?:zum )?newsletter(?: (?:abonnieren|anmeldung|signup|bestellen))?|subscribe(?: (?:to|now|for|via).{0,40})?"
        r"|jetzt abonnieren",
        r"sign up(?: (?:for|to).{0,40})?|tags?|schlagw[oö]rter?|schlagworte|stichw[oö]rter?|mots[- ]clés|etiquetas",
        r"kategorien?|categor(?:y|ies|ías|ias)|rubriken|themen|topics|schwerpunkte|filed under|posted in|tagged(?: with)?",
        r"veröffentlicht in|abgelegt unter|verschlagwortet(?: mit)?|archiv(?:e|es|o|os)?|blogroll|meta",
        r"(?:about|über|à propos de) (?:the author|den autor|die autorin|l.auteur)|sobre (?:el autor|o autor)",
        r"sponsored(?: content)?|advertisement|anzeige|werbung|publicidad|publicité",
    ),
}
_POINTER = re.compile(
    r"\W*(?:read|see|watch|lesen|lies|siehe|lire|voir|lea|lee|vea|ver|leia|veja|leggi|lees|czytaj|zobacz|читайте)"
    r"(?: (?:more|also|next|sie|auch|mehr|dazu|aussi|également|también|además|más|também|mais|anche|ook|meer|też"
    r"|także))*\s?[:：»>|-]"
    r"|\W*(?:related|mehr zum thema|zum thema|related (?:article|story|post)|à lire|relacionad[oa]s?)\s?[:：»>|]",
    re.IGNORECASE,
)
_PATTERNS = [(kind, re.compile("|".join(phrases))) for kind, phrases in _PHRASES.items()]
_ORNAMENTS = " .:…!?»«›>→–—-|+*/\n\t"


def points_elsewhere(text: str) -> bool:
    """Return whether a paragraph begins like a pointer to another article: 'Read more: ...', 'Lea también: ...'."""
    return _POINTER.match(text) is not None


def kind_of_label(text: str) -> str:
    """Return COMMENTS, ARTICLES or SERVICE; '' if the text is no label."""
    if not _MIN_CHARS <= len(text) <= MAX_CHARS:
        return ""
    words = text.strip(_ORNAMENTS).lower()
    return next((kind for kind, pattern in _PATTERNS if pattern.fullmatch(words)), "")
