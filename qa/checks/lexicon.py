"""The word lists of the checks: English first, with the function words of German, French and Spanish."""

import re


def listed(words: str) -> frozenset[str]:
    """Return the words of a text that lists them."""
    return frozenset(words.split())


OTHER_STOP_WORDS = listed(
    """
    der die das den dem des ein eine einen einem einer eines und oder ist sind war waren wurde wurden wird
    werden hat haben auf für mit von vom zu zum zur bei beim aus nach sich es sie er als auch an am im ins dass
    le la les l un une des du de d et ou est sont était été a ont fut furent en au aux dans par pour sur avec ce
    cette ces son sa ses leur leurs il elle ils elles qui que qu se s el los las una y o es son fue fueron ha
    han por para con su sus del al
    """
)
"""German, French and Spanish words that count for nothing."""
OPENERS = listed(
    """
    the a an this that these those its their his her our my your each every all some many most several both no any few
    in on at by for from to of with after before during since until under over about according between among through
    as if when while although because however also there it he she they we you i one who what which where how yes not
    only and but or so besides unlike
    """
)
"""Words that begin a sentence and are no name."""
JOINS = listed(
    """
    along under over between through during before after within until since against across among because although
    though per via near around behind beside besides despite towards toward upon throughout including namely
    according depending compared like inside outside onto off out up down next both yet while whereas amid above below
    """
)
"""Words, beside stop words, that join another phrase."""
VERBS = listed("is was has had will did does are were have can may must should would")
"""Words after which what stands first may be a name."""
_IRREGULAR = """
met:meet held:hold built:build gave:give given:give won:win sold:sell bought:buy paid:pay made:make wrote:write
written:write took:take taken:take chose:choose chosen:choose led:lead left:leave began:begin begun:begin said:say
sent:send spent:spend told:tell grew:grow grown:grow fell:fall fallen:fall rose:rise risen:rise became:become
came:come went:go gone:go saw:see seen:see knew:know known:know ran:run spoke:speak spoken:speak drew:draw
drawn:draw lost:lose kept:keep brought:bring taught:teach thought:think fought:fight stood:stand
understood:understand lent:lend sought:seek shown:show shut:shut broke:break broken:break children:child women:woman
men:man
"""
IRREGULAR = {past: base for past, _, base in (pair.partition(":") for pair in _IRREGULAR.split())}
"""Base forms of common words that stemming does not bring together."""
HONORIFICS = listed("mr mrs ms dr prof sir dame herr frau m mme")
BREAKS = listed(
    """
    ; : ( ) that while whereas but because although where when if says said claims claimed believes believed
    argued argues
    """
)
"""Words and signs that end what a verb governs."""
DETERMINERS = listed("the a an its their his her our this that these those all both each every")
PREPOSITIONS = listed(
    """
    in at on to from of by for with against before after during since until under over between among into onto
    within without near towards toward about through via as than
    """
)
BE = listed("is are was were be been being get gets got")
MUTUAL = listed("meet agre marri merg talk cooper border differ share plai play say")
"""Stems of verbs that say the same of both sides, or whose object says nothing ("say")."""
LIGHT = listed(
    """
    not never none come came take took taken place hold held give make made receiv includ accord besid say said
    state intend plan requir need ought allow abl possibl document text passag excerpt evid name call know known
    total number amount includ well sever exact altogeth maximum minimum limit
    """
)
"""Stems that say little by themselves, or whose meaning is checked otherwise."""
NO_SUPERLATIVES = listed(
    """
    interest request forest protest contest harvest invest suggest honest west northwest southwest arrest priest
    conquest modest digest manifest budapest everest bucharest vest
    """
)
"""Words in -est that are none."""
TIMES = {
    "before": listed("before prior earlier preceding ahead until by"),
    "after": listed("after following later since once then upon when subsequently from"),
}
"""For a word that tells the order of events, those that tell the same."""
SAME_RANK = [
    listed("largest biggest greatest foremost leading top main"), listed("first earliest inaugural"),
    listed("last latest final newest"), listed("most majority"), listed("best top finest"),
]  # fmt: skip
"""Superlatives that mean the same."""
_OPPOSITES = """
increase rise grow climb raise higher gain / decrease fall shrink drop decline reduce lower cut
accept approve adopt pass support welcome endorse / reject oppose refuse veto dismiss
win / lose; join enter / leave quit exit; open / close shut; begin start / end finish
allow permit legal authorise / ban prohibit forbid illegal outlaw; include / exclude; buy acquire purchase / sell
import / export; north northern / south southern; east eastern / west western; majority / minority
succeed success / fail failure; confirm / deny; before / after; above / below; appoint hire / dismiss fire
mandatory compulsory / voluntary optional; larger bigger greater / smaller; longer / shorter; best / worst
older oldest / newer younger youngest newest; largest biggest / smallest; highest / lowest; longest / shortest
earlier / later; public / private; innocent / guilty; domestic / foreign; maximum / minimum; true / false
arrive / depart; lend / borrow; creditor / debtor; inside / outside
"""
OPPOSITES = [tuple(listed(side) for side in pair.split("/")) for pair in re.split(r"[;\n]", _OPPOSITES) if pair]
"""Pairs of word lists that mean the opposite of each other."""
