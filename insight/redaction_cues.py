"""The words that say "a person is meant here", as plain tables. Refuses to know how they are weighed."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


COURTESY = _set("mr mrs ms miss mx mister missus messrs")
LEARNED = _set("dr doctor doc prof professor drs doctors")
JOBS = _set(
    "nurse nurses sister matron midwife midwives consultant surgeon registrar physio hca carer carers "
    "physiotherapist porter porters receptionist receptionists paramedic paramedics driver drivers "
    "pharmacist dentist hygienist gp psychologist psychiatrist therapist counsellor cpn ot assistant "
    "student anaesthetist radiographer phlebotomist podiatrist dietitian dietician chaplain volunteer "
    "cleaner domestic housekeeper cook chef manager sonographer practitioner coordinator technician "
    "worker visitor hcas medic nurse's optician audiologist osteopath secretary clerk supervisor "
    "bsw ssn staffnurse keyworker support-worker gynaecologist cardiologist oncologist neurologist "
    "paediatrician dermatologist urologist rheumatologist geriatrician obstetrician father reverend "
    "rev imam rabbi vicar captain sergeant officer pc specialist crew colleague colleagues lady lad lass guy man "
    "chap bloke girl gentleman woman"
)
WITH_SURNAME = COURTESY | LEARNED
TITLES = WITH_SURNAME | JOBS
RELATIVES = _set(
    "mum mam mom mummy mother dad daddy father husband hubby wife partner son daughter brother sister "
    "gran nan nana nanna granny grandma grandad granddad grandpa grandson granddaughter grandmother "
    "grandfather aunt aunty auntie uncle niece nephew cousin baby friend neighbour boyfriend girlfriend "
    "fiance fiancee boy girl child mate twin sibling stepson stepdad stepmum toddler newborn"
)
TITLES_AND_KIN = TITLES | RELATIVES
NAMED = _set("called named nicknamed name names")
THANKS = _set(
    "thanks thankyou thx thanx cheers ta dear hi hello hey kudos bravo congratulations hiya tysm ty"
)
THANKED_TO = _set(
    "thanks thank thankyou thx credit praise kudos grateful out shoutout love wishes compliments "
    "gratitude indebted thankful hats debt regards appreciation cheers medal hug"
)
TALKING = _set(
    "spoke speak spoken speaking talk talked talking listen listened chat chatted introduced grateful "
    "explained complained reported referred lucky"
)
MEETING = _set(
    "met saw meet meeting seeing asked ask told phoned rang contacted emailed texted thank"
)
SEEN_BY = _set(
    "seen treated helped after for met greeted welcomed assessed triaged served supported visited "
    "called referred introduced done given run led examined delivered told cared looked managed "
    "taught answered reassured advised shown taken handled operated performed dealt conducted"
)
SESSION_WITH = _set(
    "spoke speaking appointment appt appts appointments session sessions consultation chat meeting "
    "scan review met dealt dealing work worked working talk call"
)
PRAISING = _set(
    "lovely wonderful amazing kind brilliant fantastic beautiful darling fabulous especially "
    "particularly specially esp mainly namely gorgeous fab marvellous superb incredible"
)
SOCIAL = _set("facebook fb instagram insta snapchat twitter tiktok linkedin messenger whatsapp")
KNOWN_AS = _set("known as under") | SOCIAL
SIGN_OFF = _set(
    "regards sincerely faithfully wishes signed yours truly love from xx xxx thanks cheers thankyou "
    "respectfully gratefully"
)
SIGNED = _set("regards sincerely faithfully signed")
SHORTENED = _set("mr mrs ms dr drs prof st rev sr")
WHO_MISS = _set("i we you they to will would not really don't dont didn't never")
NOT_A_PERSON_BEFORE = _set(
    "the a an this that these those any no some each every my your our his her their its at in on near "
    "into around off via take taking took taken prescribed using use onto inside outside through "
    "between within towards of live lives living went go going travel visiting moved"
)
PERSONAL = _set(
    "kind caring helpful friendly polite rude gentle dismissive abrupt attentive compassionate thoughtful "
    "reassuring supportive understanding sweet professional patient empathetic empathic knowledgeable "
    "courteous considerate respectful approachable welcoming calm calming cheerful funny honest "
    "informative sympathetic unhelpful unprofessional patronising arrogant aggressive sarcastic "
    "condescending warm-hearted hardworking angel diamond credit legend hero godsend asset helpfull "
    "lifesaver gem rock saint pro kindest nicest loveliest rudest friendliest nurse doctor midwife "
    "listener kindness dedicated skilled experienced chatty bubbly smiley grumpy cold-hearted dignified"
)
LOVELY = _set(
    "lovely amazing brilliant fantastic excellent great wonderful superb nice good best awesome "
    "outstanding exceptional incredible marvellous fab fabulous ace magic horrible awful terrible "
    "star warm cold quick efficient patient thorough perfect top class delightful beautiful star "
    "superstar champion fantastically nasty useless disgusting vile quiet busy late here there on "
    "lush mint boss phenomenal tremendous"
)
EVER_SO = _set("especially particularly definitely ten best")
COPULA = _set("was is were are wasn't isn't seemed seems has had been being wasnt isnt were")
SKIPPED = _set(
    "so very really always absolutely such a an the my our and both all extremely incredibly also just "
    "truly been especially particularly quite pretty most more particular simply totally completely "
    "equally not never too utterly super dead proper beyond lovely amazing brilliant great nice good"
)
DID_PERSONALLY = _set(
    "explained listened reassured smiled introduced comforted apologised shouted cared chatted laughed "
    "sat spoke said told asked phoned rang helped held knew kept answered showed advised encouraged "
    "supported understood talked treated ignored checked encouraged noticed popped cheered joked "
    "tutted rolled snapped sorted arranged stayed greeted welcomed deserves looked promised cleaned "
    "changed brought washed visited referred delivered diagnosed prescribed saved wants wanted thinks "
    "goes loves hates lives needs didnt didn't doesn't doesnt couldn't wouldn't says cried fell died"
)
DID = _set(
    "did made took gave came got went really always never put let works worked who has had is was does can "
    "could would came just even also will and"
)
HANDS_ON = _set("did made took gave came got went put let works worked pulled drove fixed")
WORKPLACES = _set(
    "reception desk outpatients maternity pharmacy physio x-ray xray radiology pals catering triage "
    "theatre theatres phlebotomy bloods clinic nights admissions switchboard office kitchen transport "
    "icu itu hdu nicu scbu recovery discharge rehab oncology cardiology ward days shift canteen gym "
    "endoscopy imaging main front ultrasound antenatal postnatal labour delivery bed opposite tea "
    "community team district eye dental children's childrens day night lab"
)
VERBS = DID_PERSONALLY | DID | COPULA | HANDS_ON
CLAUSE_STARTS = _set(
    "and but because also that so cos then plus when as if only while coz bcos since"
)
MONTHS_AND_DAYS = _set(
    "jan april may june july august sunday monday friday summer winter autumn spring"
)
ENDEARMENTS = _set(
    "love angel star honey petal princess queen king legend duke prince treasure god sunshine "
    "diamond gem heaven summer happy glory peace joy success bless blossom buddy bud junior ace"
)
# Lower case, these are what they say and never a name.
NEVER_LOWER = _set(
    "may will can mark bill said long hung rich read drew best day head ward street kitchen north "
    "south west senior small little short strong smart keen idle hay lane lodge child cousins guest "
    "holder holding call case court wise hunt cook page price grant love hope happy bear don shade "
    "viral chi ed ion jan art fe max summer winter ram royal sage sky star king queen storm success "
    "promise rob sue frank trace yuk dot bond cross hall church field french welsh southern white "
    "black brown green gray grey young old wood stone moody cotton curry rice salmon bacon ball "
    "carpenter gates hart banks bell bird bishop bush butcher carter castle chambers coward "
    "dawn dean dale earl fern gift guy hill justice kay kit legend lee ocean patty peace penny pepper "
    "power prince ray river shay sal sunny treasure warren yen jo sunday monday friday april june july "
    "august mercy miracle misty mini bliss honour honey innocent glory faith charity comfort patience "
    "joy wisdom favour happiness heaven harmony goodness star angel blessing destiny"
)
# ... except after a title or a kinsman's word, where only these stay words: "the nurse will see you".
NEVER_EVER_LOWER = _set(
    "may will can mark bill said long hung read drew best day head ward street kitchen senior small "
    "little short strong smart keen idle hay lane lodge child cousins guest holder holding call case "
    "court hunt cook page grant love hope happy bear don viral ed trace dot rob sue shade promise "
    "church field french welsh southern hall guy rich wise star royal young fuller prior "
    "cross cope gamble senior speight west north king power sunday monday friday "
)
PARTICLES = _set("van von der den de la le da dos del al el bin ibn abu ter mac mc o san st")
BEFORE_A_PARTICLE = TITLES | PARTICLES
PLACE_NOUNS = _set(
    "ward unit hospital hospitals wing suite clinic centre center house lodge surgery practice court "
    "building theatre department dept infirmary hospice school college academy university trust "
    "foundation charity appeal fund church library road street lane avenue park gardens square hall "
    "syndrome disease disorder palsy chorea sarcoma lymphoma tumour contracture thyroiditis dystrophy "
    "encephalopathy phenomenon sign test score scale index reflex fracture frame line catheter tube "
    "bandage stocking stockings needle cannula splint collar valve pump manoeuvre procedure method "
    "technique position criteria cyst gland node law rule clinics wards team home surgeries pharmacy "
    "chemist medical day-unit room bay corridor entrance garden cafe restaurant health hospice's "
    "hotel supermarket bridge station bay-area resource"
)
AFTER_A_WARD = _set("manager sister clerk staff nurse receptionist matron sisters round")
SAINTS = _set("st saint saints")
