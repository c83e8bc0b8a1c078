package io.gatehouse.provider.ntlm.winbind;

import io.gatehouse.api.Domain;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.account.Account;
import io.gatehouse.provider.ntlm.validation.Deadline;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;
import io.gatehouse.provider.ntlm.validation.NtlmValidator;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import io.gatehouse.provider.ntlm.validation.ValidatorUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Validates against the domain that this machine is a member of, by asking its winbindd.
 *
 * <p>{@code ntlm_auth} only says yes or no, and gives the session key; {@code wbinfo} says whose names these are. The
 * two could mean different accounts where the names leave a choice, as user principal names do. Then {@code ntlm_auth}
 * is asked once more, and must find the SID that {@code wbinfo} gave in the account that it validates.
 *
 * <p>Who proved the password but whose groups cannot be found is not let in: rules by group also restrict.
 */
public final class WinbindValidator implements NtlmValidator {
    private static final Logger LOG = LoggerFactory.getLogger(WinbindValidator.class);
    private static final int MOST_PROCESSES = 64;
    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration LONGEST_CACHE = Duration.ofHours(1);
    private static final String REQUIRE_SID = "--require-membership-of=";

    private final String provider;
    private final ProviderContext context;
    private final Duration timeout;
    private final MonotonicClock time;
    private final HelperPool pool;
    private final ProgramRunner runner;
    private final Wbinfo wbinfo;
    private final LazyJoinedDomain joined;
    private final UserDirectory directory;
    private final LogonCounters counters = new LogonCounters();

    private WinbindValidator(
            String provider,
            WinbindConfig config,
            List<String> ntlmAuth,
            List<String> wbinfo,
            ProviderContext context,
            MonotonicClock time) {
        this.provider = provider;
        this.context = context;
        this.timeout = config.timeout();
        this.time = time;
        this.pool = new HelperPool(ntlmAuth, config.processes(), context.random(), time::nanos);
        this.runner = new ProgramRunner(config.processes());
        this.wbinfo = new Wbinfo(wbinfo, runner);
        this.joined = new LazyJoinedDomain(new JoinedDomainReader(ntlmAuth, this.wbinfo, runner), time);
        this.directory = new UserDirectory(this.wbinfo, context.domains(), config.cache());
    }

    /**
     * Checks the configuration and asks winbindd for its names. One that does not answer yet is no error: until it
     * does, sign-ins are refused as unavailable.
     *
     * @param provider the provider's name, for identities
     * @throws ProviderException when the configuration can never work
     */
    public static WinbindValidator open(
            String provider, WinbindConfig config, ProviderContext context, MonotonicClock time)
            throws ProviderException {
        if (config.processes() < 1 || config.processes() > MOST_PROCESSES) {
            throw new ProviderException(
                    "processes %d (expected 1 to %d)".formatted(config.processes(), MOST_PROCESSES));
        }
        requireBetween("timeout", SHORTEST_TIMEOUT, config.timeout(), LONGEST_TIMEOUT);
        requireBetween("cache", Duration.ZERO, config.cache(), LONGEST_CACHE);
        WinbindValidator validator = new WinbindValidator(
                provider,
                config,
                Programs.resolve("ntlm-auth", config.ntlmAuth()),
                Programs.resolve("wbinfo", config.wbinfo()),
                context,
                time);
        validator.counters.register(context.metrics(), validator.pool);
        try {
            TargetNames names = validator.names();
            LOG.atInfo()
                    .addKeyValue("computer", names.computer())
                    .addKeyValue("domain", names.domain())
                    .log("winbindd answers");
        } catch (ValidatorUnavailableException e) {
            LOG.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("winbindd does not answer; NTLM sign-ins are refused until it does");
        }
        return validator;
    }

    private static void requireBetween(String key, Duration least, Duration value, Duration most)
            throws ProviderException {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new ProviderException("%s %s (expected %s to %s)"
                    .formatted(key, Deadline.text(value), Deadline.text(least), Deadline.text(most)));
        }
    }

    @Override
    public TargetNames names() throws ValidatorUnavailableException {
        return joined.get(Deadline.in(timeout, time)).targets();
    }

    @Override
    public String account(String user, String domain) {
        int at = user.lastIndexOf('@');
        if (domain.isEmpty() && at > 0) {
            return knownDomain(user.substring(at + 1))
                    .map(name -> spelling(name, user.substring(0, at)))
                    .orElse(Account.normalise(user));
        }
        return spelling(knownDomain(domain).orElse(domain), user);
    }

    private static String spelling(String domain, String user) {
        return Account.normalise(domain.isEmpty() ? user : domain + "\\" + user);
    }

    /** The canonical name of a domain that goes by {@code name}; no name means the own domain. */
    private Optional<String> knownDomain(String name) {
        Optional<String> own = joined.known()
                .filter(known -> name.isEmpty() || known.isOwnDomain(name))
                .map(known -> context.domains().canonical(known.domain().name()));
        return own.or(() -> context.domains().find(name).map(Domain::name));
    }

    @Override
    public NtlmLogon validate(NtlmResponse response) {
        return counters.count(judge(response));
    }

    private NtlmLogon judge(NtlmResponse response) {
        Optional<ClientNames> names = ClientNames.of(response.user(), response.domain());
        if (names.isEmpty()) {
            return new NtlmLogon.Refused(Reason.NOT_KNOWN, "a name that no account can have");
        }
        Deadline deadline = Deadline.in(timeout, time);
        JoinedDomain known;
        try {
            known = joined.get(deadline);
        } catch (ValidatorUnavailableException e) {
            return unavailable(String.valueOf(e.getMessage()));
        }
        HelperRequest request = HelperRequest.of(names.get(), response);
        return switch (pool.ask(request, deadline)) {
            case HelperAnswer.None(String why, boolean _, boolean late) ->
                late ? new NtlmLogon.Refused(Reason.UNANSWERED, why) : unavailable(why);
            case HelperAnswer.No(String error) -> refusal(error, known, deadline);
            case HelperAnswer.Yes(Optional<Secret> key) -> confirm(request, key, known, deadline);
        };
    }

    private NtlmLogon refusal(String error, JoinedDomain known, Deadline deadline) {
        if (!LogonErrors.isNoReply(error)) {
            return LogonErrors.refusal(error, known.targets().computer());
        }
        return unavailable(
                wbinfo.answers(deadline)
                        ? "winbindd runs, but does not let this user validate (add the gateway's user to the group winbindd_priv)"
                        : "winbindd does not answer");
    }

    private NtlmLogon confirm(
            HelperRequest request, Optional<Secret> sessionKey, JoinedDomain known, Deadline deadline) {
        if (sessionKey.isEmpty() || isZero(sessionKey.get())) {
            return new NtlmLogon.Refused(
                    Reason.REFUSED, "the domain controller gave no session key (a guest, or a domain without NTLMv2)");
        }
        return switch (directory.find(request.names(), known, deadline)) {
            case Query.Unknown<WinbindUser>(String why) ->
                new NtlmLogon.Refused(Reason.REFUSED, "the password is right, but this is no user of a domain: " + why);
            case Query.Failed<WinbindUser>(String why) ->
                unavailable("the password is right, but name and groups cannot be found: " + why);
            case Query.Answered<WinbindUser>(WinbindUser user) -> {
                Optional<NtlmLogon> doubt =
                        isCertain(request.names(), user, known) ? Optional.empty() : doubt(request, user, deadline);
                yield doubt.orElseGet(
                        () -> new NtlmLogon.Confirmed(user.identity(provider, context.domains()), sessionKey.get()));
            }
        };
    }

    /** Whether the client named the account by its own name in its own domain, which leaves no choice. */
    private static boolean isCertain(ClientNames names, WinbindUser user, JoinedDomain known) {
        boolean ownDomain = names.domain().isEmpty() || known.isOwnDomain(names.domain());
        boolean sameDomain =
                ownDomain ? known.isOwnDomain(user.domain()) : Domain.isSameName(names.domain(), user.domain());
        return !names.isPrincipalName()
                && sameDomain
                && Account.normalise(names.user()).equals(Account.normalise(user.name()));
    }

    /** Asks whether the account that the domain controller validates is {@code user}; empty when it is. */
    private Optional<NtlmLogon> doubt(HelperRequest request, WinbindUser user, Deadline deadline) {
        return switch (pool.askOnce(REQUIRE_SID + user.sid(), request, deadline)) {
            case HelperAnswer.Yes _ -> Optional.empty();
            case HelperAnswer.No _ ->
                Optional.of(new NtlmLogon.Refused(
                        Reason.REFUSED, "the name means one account to the domain controller and another to winbind"));
            case HelperAnswer.None(String why, boolean _, boolean _) -> Optional.of(unavailable(why));
        };
    }

    private static boolean isZero(Secret key) {
        int bits = 0;
        for (byte value : key.bytes()) {
            bits |= value;
        }
        return bits == 0;
    }

    private static NtlmLogon.Refused unavailable(String why) {
        return new NtlmLogon.Refused(Reason.UNAVAILABLE, why);
    }

    @Override
    public void close() {
        pool.close();
        runner.close();
    }
}
