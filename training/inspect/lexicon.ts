import type { WordClass } from '../../src/inspect/words/word-classes.ts';

/**
 * Words by their meaning in attacks, in many languages: lower case, without accents. A sequence of classes says the
 * same in each of them. The model holds what it needs of it.
 */
export const LEXICON: Record<WordClass, string> = {
  ignore: `
    dispense jettison ditching dropping skipping overrule overrules overruling overruled overriding overridden negate
    negates repeal repealed quash supplant supplants displace relinquish renounce repudiate defy defying violate flout
    waive waived voided rescinded revoked withdrawn discontinued forgot forgotten ignored disregarded disregards
    abandoned abandoning discarded discarding neglecting overlooked unbind cancel cancels annulled nullified nullifies
    lapsed
    scrap ditch purge shelve rescind annul invalidate retract circumvent sidestep disobey disobeying
    unfollow revoke withdraw suspend cease deviate heed obsolete superseded cancelled
    ignore ignores ignoring disregard disregarding forget forgetting overlook neglect discard override
    overrides bypass skip omit drop dismiss nullify void supersede supersedes abandon erase unlearn
    ignoriere ignorieren ignorier vergiss vergessen vergesse missachte missachten ubergehe verwirf ignora
    ignorar ignoren olvida olvide olviden olvidar olvidate descarta omite omita ignorez ignorer oubliez
    oublie oublier negligez ignori ignorare dimentica dimenticate dimenticare trascura tralascia esqueca
    esquecam esquecer desconsidere desconsiderar ignorem negeer vergeet negeren zignoruj ignoruj zapomnij
    pomin игнорируй игнорируйте игнорировать забудь забудьте проигнорируй отбрось unut unutun yoksay
    gormezden goz kalimutan balewalain huwag abaikan lupakan 忽略 unohda glom glem ignorera bortse uitati
    ignorati felejtsd zapomente ignorujte ξεχνα αγνοησε תתעלם שכח تجاهل انس انسى انسَ نس نادیده فراموش quen
    bỏ भूल भूलें भूलिए अनदेखा नजरअंदाज উপেক্ষা ভুলে ভুলুন 무시 무시하고 무시하세요 무시해 무시하십시오 잊어 잊고 잊으세요 잊어버려 잊어라
    ignorirajte zaboravi
  `,
  prior: `
    preset foregoing antecedent erstwhile outdated predefined preprogrammed programmed configured
    beforehand inherited standing preconfigured preloaded assigned preamble
    previous previously prior earlier above preceding former before past existing original initial
    preexisting so far until vorherige vorherigen vorheriger vorigen obige obigen bisherigen bisherige
    fruheren vorangegangenen vorhergehenden vorhergehende anterior anteriores previa previas previos previo
    arriba precedentes precedente precedenti antes anteriori precedents ci-dessus dessus avant sopra prima
    предыдущие предыдущих предыдущую предыдущий выше прежние прежних прошлые onceki yukaridaki nakaraang
    naunang sebelumnya diatas poprzednie poprzednich wczesniejsze vorige eerdere bovenstaande पिछले पिछली
    पहले पूर्व আগের পূর্ববর্তী পূর্বের السابقة السابق أعلاه قبل 이전 이전의 앞의 위의 trước tidigare forrige
  `,
  instruction: `
    briefs guidance rulebook mandates requirements safeguards doctrine provisions stipulations tenets edicts
    decree procedures specifications objective mission assignment agenda commandments conditioning regulations memo
    notes wording setup safeguard etiquette scruple instructing dictates remit briefings manual
    briefing brief mandate playbook charter protocol protocols norms principles duties objectives
    goals configuration
    instruction instructions instruct instructed directive directives prompt prompts rule rules guideline
    guidelines order orders command commands constraint constraints restriction restrictions policy policies
    programming training context conversation message messages text input task tasks information
    assignments statement directions told said everything anything all anweisung anweisungen
    instruktion instruktionen befehle befehl regeln vorgaben aufgabe aufgaben richtlinien ausfuhrungen
    informationen kontext alles instruccion instrucciones indicaciones ordenes reglas todo todas tareas
    consignes ordres regles tout istruzioni istruzione regole ordini tutto instrucoes instrucao ordens
    regras tudo инструкции инструкций указания указаний инструкцию правила команды talimat talimatlari
    talimatlar talimatlarinizi kurallari komutlari tagubilin instruksyon instruksi perintah aturan
    instructies opdrachten regels polecenia instrukcje instrukcji निर्देशों निर्देश नियमों নির্দেশাবলী
    নির্দেশনা নির্দেশ নিয়ম তالتعليمات تعليماتك التعليمات تعليمات الأوامر القواعد 지시 지시를 지시사항 지시사항을 명령 명령을
    규칙 규칙은 instruktioner regler hướng
  `,
  machine: `
    assistants ais bots copilots summariser summarizers summarisers reviewers translator translators crawlers
    scraper scrapers screener grader evaluator ranker deepseek llama mistral grok bard perplexity cline devin aider
    windsurf automated autonomous agentic neural
    copilot gemini codex cursor agent agents summarizer reviewer crawler llms chatbots operators
    system systems developer developers admin administrator root assistant ai llm model chatbot gpt chatgpt
    claude openai anthropic bot moderator operator
  `,
  reveal: `
    showing disclosing disclose discloses printing repeating exposing spill spilling dumping emit reprint
    reproduce quoting reciting verbalize articulate narrate uncover unmask betray impart publish broadcast parrot
    outline itemize revealing telling leaking
    divulge unveil transcribe quote recount restate regurgitate surface relay replicate retype confess describe
    reveal reveals show print repeat output display tell leak dump expose share give recite echo
    provide return list spell write say state translate summarize enumerate copy paste zeige zeig nenne
    nennen sag sage wiederhole wiederholen gib ausgeben verrate muestra muestrame dime revela repite imprime
    di dis montre repete affiche revele mostra dimmi ripeti rivela mostre diga repita покажи скажи повтори
    раскрой выведи goster soyle tekrarla sabihin ulitin tampilkan ungkapkan
  `,
  secret: `
    passcode passphrases passwd sensitive proprietary classified pii creds pem keychain mnemonic privileged
    undisclosed unpublished backstage
    passphrase pin env ssh vault cookies credential preamble
    hidden secret secrets confidential password passwords passwort passworter key keys credentials token
    tokens instructions initial internal private contrasena clave chiave senha пароль sifre
  `,
  role: `
    roleplaying personas pretending acting playing impersonating actress counterpart doppelganger avatar
    embody embodies portray portrays immersed novel screenplay dystopian
    alter ego twin villain oracle imaginary protagonist
    pretend act roleplay role character persona simulate simulation imagine immerse assume behave
    impersonate become hypothetical fictional story game actor actors scenario rolle schauspieler spiele
    papel actua joue ruolo fingi personaje
  `,
  instead: `
    now henceforth onwards instead rather from on forth new next following updated jetzt nun stattdessen
    neue neuen folgende folgenden ahora nueva nuevas maintenant nouvelle nouvelles ora adesso nuove agora
    nova novas теперь сейчас новые вместо simdi yeni sekarang ngayon
  `,
  unrestricted: `
    unhinged uncaged unlocked unchained untethered unregulated unmoderated unconstrained unbound
    unconditional unconditionally amorality immorality moderation moderated censored restraint restraints inhibitions
    remorse conscience liberated emancipated refusing refuses decline declines apologize apologies apologise disobey
    shackles nsfw explicit anarchy
    taboo taboos scruples lawless caveats moralize moralizing forbidden prohibited unaligned unshackled
    uninhibited lecture lectures permitted
    unrestricted unfiltered uncensored unlimited limitless jailbreak jailbroken dan dude stan aim evil
    amoral immoral unethical illegal unlawful harmful restrictions limitations filters filter censorship
    guardrails safeguards boundaries ethics ethical moral morals morality legality bound bypass bypassing
    disclaimers disclaimer warnings refuse refusal comply compliance obey limits freed free safety uncensor
    unbiased consequences
  `,
  any: `
    anything whatever regardless always never must only any every all everything no none without
  `,
  you: `
    you your yours yourself youre u du dein deine deiner dir sie ihr ihre ihren tu tus usted su sus vous
    votre vos tuo tue tua voce seu suas ты вы твои ваши твой ваш
  `,
  only: `
    only just exclusively solely nur solo seulement apenas somente только sadece
  `,
  respond: `
    respond response reply answer say output write print begin start antworte antworten antwort responde
    respuesta reponds reponse rispondi risposta responda resposta ответь ответ
  `,
  send: `
    sends sending sent emails emailing mails forwards forwarding uploads uploading posts transfers transferring
    wire dispatch relay relaying exfiltrates exfiltration exfiltrating leaks beacon wget smuggling bcc
    exfil ship transfer smuggle leak attach
    send email mail post upload exfiltrate forward transmit webhook curl fetch visit click submit
  `,
  covert: `
    unseen invisible invisibly quiet conceals concealing hiding unaware unbeknownst suppress secrecy
    clandestine surreptitiously stealth unreported undetected oblivious undetectable informing telling mentioning
    notifying alerting
    discreet discreetly unnoticed trace hide conceal stealthily covertly tell
    secretly silently quietly mention notify inform user users
  `,
  mode: `
    unlock unlocking override sandbox calibration backdoor
    mode modes debug maintenance diagnostic developer god sudo unlocked enabled activated activate enable
  `,
  authority: `
    vetted sanctioned mandated mandatory compulsory official officially superuser sysadmin elevated
    certified trusted cleared consented agreed entitled auditor ceo boss manager maintainer maintainers publisher
    employer preapproved authorised authorise authorisation authorises authorizes whitelist
    headquarters supervisor owner creator creators audit exempt exemption
    authorized authorization verified whitelisted approved permission granted admin executive emergency
    urgent clearance override priority
  `,
  act: `
    approve approves merge merges install execute executes delete deletes wipe wipes pay pays payment refund transfer
    purchase buy book order recommend recommends praise rate score classify label accept grant escalate invite
    download run runs click visit insert inject append embed encode
  `,
  harm: `
    bomb bombs explosive explosives weapon weapons meth methamphetamine cocaine heroin drugs drug kill murder poison
    poisons hack hacking hacker steal stealing theft phishing malware ransomware keylogger virus trojan exploit forge
    forging counterfeit launder laundering suicide racist sexist hate violence violent porn torture terrorist terrorism
    molotov anthrax nerve napalm fraud scam blackmail
  `,
  subject: `
    injection injections jailbreak jailbreaks detector detection detect classifier malicious scanner
    adversarial guardrail yara threat
  `,
};
