package io.gatehouse.provider.kerberos;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.kerberos.ErrorCodes;
import io.gatehouse.formats.kerberos.PrincipalName;
import io.gatehouse.formats.keytab.KeytabKey;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.time.Skew;
import io.gatehouse.provider.kerberos.message.AsRequest;
import io.gatehouse.provider.kerberos.message.KdcAnswer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Compares the keytab with what the KDCs of its realm have: clocks, and for each service whether a ticket that the KDC
 * issues now can be opened. The service asks for that ticket itself, with its own key.
 */
final class KdcExamination implements Examination {
    private static final int MOST_KDCS = 4;
    private static final int MOST_SERVICES = 8;
    private static final int SERVICE_NAME = 2;
    private static final int USER_NAME = 1;

    private final String realm;
    private final ServiceKeys keys;
    private final Duration skew;
    private final ProviderContext context;

    private KdcExamination(String realm, ServiceKeys keys, Duration skew, ProviderContext context) {
        this.realm = realm;
        this.keys = keys;
        this.skew = skew;
        this.context = context;
    }

    /** One for each realm of the services in {@code keys}. */
    static List<Examination> all(ServiceKeys keys, Duration skew, ProviderContext context) {
        return keys.realms().stream()
                .sorted()
                .map(realm -> (Examination) new KdcExamination(realm, keys, skew, context))
                .toList();
    }

    @Override
    public String subject() {
        return "KDCs and keytab of " + realm;
    }

    @Override
    public Duration patience() {
        return Duration.ofSeconds(40);
    }

    @Override
    public List<Finding> examine() {
        List<Finding> findings = new ArrayList<>();
        name().ifPresent(findings::add);
        List<InetSocketAddress> kdcs = kdcs();
        if (kdcs.isEmpty()) {
            findings.add(Finding.note(
                    "kerberos.kdc-unknown",
                    "no KDC of " + realm + " is known, so the keytab was not compared with its keys",
                    "name kdcs in [[domain]] of this realm, or add SRV records _kerberos._tcp." + realm
                            + "; sign-ins work without"));
            return findings;
        }
        for (InetSocketAddress address : kdcs) {
            KdcConversation kdc = new KdcConversation(address, context.random());
            try {
                examine(kdc, findings);
                return findings; // all KDCs of a realm have the same keys
            } catch (IOException e) {
                findings.add(Finding.warning(
                        "kerberos.kdc-unreachable",
                        "KDC " + kdc + " of " + realm + " does not answer: " + e.getMessage(),
                        "correct kdcs of [[domain]], or open TCP port " + address.getPort() + " to it"));
            }
        }
        return findings;
    }

    /** Clients ask for a ticket for the name that they connect to. */
    private Optional<Finding> name() {
        String name = context.serverName();
        boolean present = keys.services().stream()
                .anyMatch(key -> key.components().getLast().equalsIgnoreCase(name));
        return present || name.indexOf('.') < 0
                ? Optional.empty()
                : Optional.of(Finding.warning(
                        "kerberos.no-principal",
                        "the keytab has no key for HTTP/" + name + ", the name by which clients know the gateway (it"
                                + " has: " + Explanations.principals(keys.services()) + ")",
                        "export HTTP/" + name + " into the keytab, or correct name of [server]"));
    }

    private List<InetSocketAddress> kdcs() {
        List<InetSocketAddress> configured = context.domains().find(realm).stream()
                .map(Domain::kdcs)
                .flatMap(List::stream)
                .toList();
        List<InetSocketAddress> all =
                configured.isEmpty() ? context.services().locate("_kerberos._tcp." + realm) : configured;
        return all.stream().limit(MOST_KDCS).toList();
    }

    private void examine(KdcConversation kdc, List<Finding> findings) throws IOException {
        Instant before = context.clock().instant();
        Optional<Instant> theirs = time(kdc);
        theirs.map(time -> Duration.between(before, time))
                .filter(offset -> offset.abs().compareTo(skew) > 0)
                .ifPresent(offset -> findings.add(Finding.fault(
                        "kerberos.clock",
                        "the clock of this machine is " + offset.abs().toSeconds() + " seconds "
                                + (offset.isNegative() ? "ahead of" : "behind") + " that of KDC " + kdc + " (expected"
                                + " at most " + Skew.text(skew) + ")",
                        "synchronise both clocks (timedatectl set-ntp true)")));
        List<String> services = keys.services().stream()
                .filter(key -> key.realm().equals(realm))
                .map(KeytabKey::name)
                .distinct()
                .limit(MOST_SERVICES)
                .toList();
        for (String service : services) {
            ticket(kdc, service, theirs.orElse(before)).ifPresent(findings::add);
        }
    }

    /** A KDC says the time when it refuses something. */
    private Optional<Instant> time(KdcConversation kdc) throws IOException {
        PrincipalName nobody = new PrincipalName(USER_NAME, List.of("gatehouse-doctor-asks-the-time"));
        KdcAnswer answer = kdc.ask(new AsRequest(
                nobody,
                PrincipalName.ticketGranting(realm),
                realm,
                List.of(18, 17),
                context.clock().instant(),
                Optional.empty()));
        return answer instanceof KdcAnswer.Failed(int _, Instant time) ? Optional.of(time) : Optional.empty();
    }

    private Optional<Finding> ticket(KdcConversation kdc, String service, Instant now) throws IOException {
        List<KeytabKey> own = keys.services().stream()
                .filter(key -> key.realm().equals(realm) && key.name().equals(service))
                .sorted(Comparator.comparingLong(KeytabKey::version).reversed())
                .toList();
        KeytabKey newest = own.getFirst();
        List<Integer> types =
                own.stream().map(KeytabKey::encryptionType).distinct().toList();
        PrincipalName name = new PrincipalName(SERVICE_NAME, newest.components());
        AsRequest request = new AsRequest(name, name, realm, types, now, Optional.empty());
        KdcAnswer answer = kdc.ask(request);
        if (answer instanceof KdcAnswer.Failed(int code, Instant time)
                && code == ErrorCodes.PREAUTHENTICATION_REQUIRED) {
            answer = kdc.ask(new AsRequest(name, name, realm, types, time, ServiceKeys.protocolKey(newest)));
        }
        return switch (answer) {
            case KdcAnswer.Issued issued -> opened(kdc, issued);
            case KdcAnswer.Failed failed -> failed(kdc, newest, failed.code());
        };
    }

    private Optional<Finding> opened(KdcConversation kdc, KdcAnswer.Issued issued) {
        try {
            keys.open(issued.ticket());
            return Optional.empty();
        } catch (RejectedException e) {
            return Optional.of(Finding.fault(
                    "kerberos.kvno",
                    "KDC " + kdc + " issues tickets that the keytab cannot open: " + e.getMessage(),
                    exportAgain()));
        } catch (MalformedException e) {
            return Optional.of(Finding.warning(
                    "kerberos.ticket",
                    "KDC " + kdc + " issued a ticket that is not understood: " + e.reason(),
                    "report it, with the kind of KDC"));
        }
    }

    private static String exportAgain() {
        return "export the keytab again (MIT: kadmin ktadd; Active Directory: ktpass, or samba-tool domain"
                + " exportkeytab); klist -ke shows what it has";
    }

    private Optional<Finding> failed(KdcConversation kdc, KeytabKey key, int code) {
        String who = "KDC " + kdc + ": " + key.principal();
        return Optional.of(
                switch (code) {
                    case ErrorCodes.CLIENT_UNKNOWN, ErrorCodes.SERVER_UNKNOWN ->
                        Finding.warning(
                                "kerberos.principal-unknown",
                                who + " is unknown there",
                                "add the principal (MIT: kadmin addprinc -randkey). In an Active Directory the account"
                                        + " may have another userPrincipalName: look with setspn -Q " + key.name()
                                        + ", and compare the kvno with msDS-KeyVersionNumber");
                    case ErrorCodes.NO_ENCRYPTION_TYPE ->
                        Finding.fault(
                                "kerberos.encryption-type",
                                who + ": the KDC has no key of a type that the keytab has ("
                                        + Explanations.types(keys.services()) + ")",
                                "let the account use AES (msDS-SupportedEncryptionTypes), change its password, and "
                                        + exportAgain());
                    case ErrorCodes.CLIENT_REVOKED, ErrorCodes.KEY_EXPIRED ->
                        Finding.fault(
                                "kerberos.account",
                                who
                                        + (code == ErrorCodes.KEY_EXPIRED
                                                ? ": its password has expired"
                                                : ": its account is disabled or locked"),
                                "enable the service account, and let its password never expire");
                    case ErrorCodes.PREAUTHENTICATION_FAILED ->
                        Finding.fault(
                                "kerberos.key",
                                who + ": the newest key of the keytab (kvno " + key.version() + ", "
                                        + Explanations.types(List.of(key)) + ") is not its key any more",
                                exportAgain());
                    default ->
                        Finding.warning(
                                "kerberos.kdc-error",
                                who + ": the KDC answers with error " + code + " (RFC 4120, 7.5.9)",
                                "look into the log of the KDC");
                });
    }
}
