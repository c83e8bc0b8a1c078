package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.formats.logon.LogonInformation;
import io.gatehouse.formats.sid.Sid;
import io.gatehouse.provider.ntlm.validation.Deadline;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;
import io.gatehouse.provider.ntlm.validation.NtlmValidator;
import io.gatehouse.provider.ntlm.validation.TargetNames;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Validates against the domain controllers of a domain, as its member of the name of a machine account (MS-NRPC
 * 3.2.4.1). The machine that this runs on need not be a member of anything. Nothing is connected before the first
 * sign-in.
 */
public final class NetlogonValidator implements NtlmValidator {
    private static final String PROVIDER = "ntlm";
    /** A client's real response has some 300 to 700 bytes; with this, every request fits into one fragment. */
    private static final int LONGEST_RESPONSE = 3 * 1024;

    private final ClaimedNames names;
    private final ProviderContext context;
    private final Duration timeout;
    private final Duration connectTimeout;
    private final MonotonicClock clock;
    private final LogonGate gate;
    private final NetlogonMetrics metrics;
    private final ChannelOpener opener;
    private final Controllers controllers;
    private final LsaGroupNames groups;

    private NetlogonValidator(
            NetlogonConfig config,
            Domain domain,
            MachineAccount account,
            ProviderContext context,
            MonotonicClock clock) {
        this.names = new ClaimedNames(account.computer(), domain, context.serverName(), context.domains());
        this.context = context;
        this.timeout = config.timeout();
        this.connectTimeout = config.connectTimeout();
        this.clock = clock;
        this.gate = new LogonGate(config.connections(), config.queue());
        this.metrics = new NetlogonMetrics(context.metrics(), gate);
        this.opener =
                new ChannelOpener(account, domain.name(), context.random(), config.netlogonPort(), config.lsaPort());
        this.controllers = new Controllers(
                domain,
                context.services(),
                host -> new Controller(host, opener, connectTimeout, metrics.of(host), clock),
                clock);
        this.groups = new LsaGroupNames(domain, context.domains(), clock);
    }

    /**
     * Takes the validator from its configuration; connects to nothing.
     *
     * @throws ProviderException when it cannot work
     */
    public static NetlogonValidator create(NetlogonConfig config, ProviderContext context, MonotonicClock clock)
            throws ProviderException {
        NetlogonChecks.check(config);
        Domain domain = NetlogonChecks.domain(config, context.domains());
        return new NetlogonValidator(config, domain, MachineAccount.of(config, domain), context, clock);
    }

    @Override
    public TargetNames names() {
        return names.targetNames();
    }

    @Override
    public String account(String user, String domain) {
        return names.account(user, domain);
    }

    @Override
    public NtlmLogon validate(NtlmResponse response) {
        NtlmLogon logon = judge(response);
        switch (logon) {
            case NtlmLogon.Confirmed _ -> metrics.accepted();
            case NtlmLogon.Refused refused -> metrics.refused(refused.reason());
        }
        return logon;
    }

    private NtlmLogon judge(NtlmResponse response) {
        int length =
                response.ntlmV2().proof().length() + response.ntlmV2().blob().length();
        if (length > LONGEST_RESPONSE) {
            return new NtlmLogon.Refused(
                    Reason.MALFORMED,
                    "nt response of %d bytes (expected at most %d)".formatted(length, LONGEST_RESPONSE));
        }
        boolean foreign = names.isForeign(response.user(), response.domain());
        Deadline deadline = Deadline.in(timeout, clock);
        // Who waits longer might be judged, and counted, when nobody waits for the verdict any more.
        try (LogonGate.Pass _ = gate.enter(foreign, deadline.within(timeout.dividedBy(2)))) {
            return switch (controllers.ask(new LogonAttempt(response, foreign, deadline))) {
                case Controllers.Result.Unanswered(String why) -> new NtlmLogon.Refused(Reason.UNANSWERED, why);
                case Controllers.Result.Unavailable(String why) -> new NtlmLogon.Refused(Reason.UNAVAILABLE, why);
                case Controllers.Result.Judged(Controller by, NetlogonCalls.Logon logon) -> logon(by, logon, response);
            };
        } catch (LogonGate.FullException e) {
            return new NtlmLogon.Refused(Reason.UNAVAILABLE, String.valueOf(e.getMessage()));
        }
    }

    private NtlmLogon logon(Controller by, NetlogonCalls.Logon logon, NtlmResponse response) {
        Optional<LogonInformation> info =
                logon.info().filter(_ -> logon.status().isSuccess());
        if (info.isEmpty()) {
            String hint = logon.status().isUnknownUser() ? names.hint(response.user(), response.domain()) : "";
            return new NtlmLogon.Refused(
                    logon.status().reason(), by.host() + ": " + logon.status().text() + hint);
        }
        if (info.get().isGuest()) {
            return new NtlmLogon.Refused(
                    Reason.NOT_KNOWN,
                    by.host() + ": accepted as a guest, which is no user (disable the account Guest)");
        }
        if (info.get().isLanManager()) {
            return new NtlmLogon.Refused(Reason.REFUSED, by.host() + ": proved by the LAN Manager password only");
        }
        return switch (groups.of(info.get().groupSids(), by, Deadline.in(connectTimeout, clock))) {
            case LsaGroupNames.Result.Unavailable(String why) ->
                new NtlmLogon.Refused(Reason.UNAVAILABLE, by.host() + ": " + why);
            case LsaGroupNames.Result.Known(Set<String> groupNames) ->
                new NtlmLogon.Confirmed(
                        identity(info.get(), groupNames), info.get().sessionKey());
        };
    }

    private Identity identity(LogonInformation info, Set<String> groupNames) {
        Set<String> sids =
                info.groupSids().stream().map(Sid::toString).collect(Collectors.toCollection(LinkedHashSet::new));
        sids.add(info.userSid().toString());
        return new Identity(
                        PROVIDER,
                        PROVIDER,
                        info.user(),
                        Optional.of(context.domains().canonical(info.domain())),
                        Optional.of(info.upn()).filter(upn -> !upn.isBlank()),
                        Set.of(),
                        sids,
                        Set.of())
                .withGroupsAsInRules(groupNames);
    }

    @Override
    public List<Examination> examinations() {
        return List.of(new ControllerExamination(controllers::hosts, opener, connectTimeout, clock));
    }

    @Override
    public void close() {
        controllers.close();
    }
}
