package io.gatehouse.provider.local.pam;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Membership;
import io.gatehouse.api.Metrics;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.provider.local.pam.PamAnswer.Refused;
import io.gatehouse.provider.local.pam.PamAnswer.Verified;
import io.gatehouse.testkit.process.RequiredTools;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real account of this machine, checked by pam_unix against the shadow file. */
class LinuxAccountTest {
    private static final String PLAIN = "plain";
    private static final String DEBIAN = "debian";
    private static final List<String> NOBODY = List.of(
            "setpriv", "--reuid=65534", "--regid=65534", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs");

    private LinuxAccount account;
    private PamServices services;

    @BeforeEach
    void makeAccountAndServices() {
        account = new LinuxAccount();
        services = new PamServices()
                .with(PLAIN, "auth required pam_unix.so", "account required pam_unix.so")
                // The shape of Debian's common-auth and common-account.
                .with(
                        DEBIAN,
                        "auth [success=1 default=ignore] pam_unix.so nullok",
                        "auth requisite pam_deny.so",
                        "auth required pam_permit.so",
                        "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so",
                        "account requisite pam_deny.so",
                        "account required pam_permit.so");
    }

    @AfterEach
    void removeAccountAndServices() {
        if (services != null) {
            services.close();
        }
        if (account != null) {
            account.close();
        }
    }

    private PamAnswer verify(String service, String name, String password) throws Exception {
        PamConfig config =
                new PamConfig(service, Optional.of(services.directory()), Duration.ofSeconds(30), 1, 1000, true);
        try (PamVerifier verifier = new PamVerifier(
                config,
                PamStart.check(config),
                Metrics.NONE,
                _ -> {},
                MonotonicClock.system(),
                InstantSource.system())) {
            return verifier.verify(name, password.getBytes(StandardCharsets.UTF_8), InetAddress.getLoopbackAddress());
        }
    }

    private PamAnswer verify(String password) throws Exception {
        return verify(PLAIN, account.name(), password);
    }

    private Verified verified() {
        return new Verified(
                account.name(),
                Set.of(
                        account.name(),
                        account.groups().getFirst(),
                        account.groups().getLast()));
    }

    @Test
    void theRightPasswordIsAcceptedWithPrimaryAndSupplementaryGroups() throws Exception {
        assertThat(verify(account.password())).isEqualTo(verified());
        assertThat(verify(PLAIN, account.name().toUpperCase(Locale.ROOT), account.password()))
                .isEqualTo(verified());
        assertThat(verify(DEBIAN, account.name(), account.password())).isEqualTo(verified());
    }

    @Test
    void aWrongPasswordAndAnUnknownNameAreGuesses() throws Exception {
        assertThat(verify("wrong"))
                .isEqualTo(new Refused(Reason.BAD_CREDENTIALS, "PAM: wrong name or password (PAM_AUTH_ERR)"));
        for (String service : List.of(PLAIN, DEBIAN)) {
            assertThat(verify(service, "gatehouse-nobody", "wrong"))
                    .isEqualTo(new Refused(Reason.NOT_KNOWN, "the system knows no such account"));
        }
    }

    @Test
    void aLockedPasswordIsNoPassword() throws Exception {
        account.run("usermod", "--lock", account.name());

        assertThat(verify(account.password()))
                .isEqualTo(new Refused(Reason.BAD_CREDENTIALS, "PAM: wrong name or password (PAM_AUTH_ERR)"));
    }

    @Test
    void anEmptyPasswordIsNoPassword() throws Exception {
        account.run("passwd", "--delete", account.name());

        for (String service : List.of(PLAIN, DEBIAN)) {
            assertThat(verify(service, account.name(), "")).isInstanceOf(Refused.class);
            assertThat(verify(service, account.name(), "x")).isInstanceOf(Refused.class);
        }
    }

    @Test
    void anExpiredAccountIsRefusedThoughThePasswordIsRight() throws Exception {
        account.run("chage", "-E", "0", account.name());

        assertThat(verify(account.password()))
                .isEqualTo(new Refused(Reason.EXPIRED, "PAM, account: the account has expired (PAM_ACCT_EXPIRED)"));
        assertThat(verify("wrong"))
                .isEqualTo(new Refused(Reason.BAD_CREDENTIALS, "PAM: wrong name or password (PAM_AUTH_ERR)"));
        assertThat(verify(DEBIAN, account.name(), account.password()))
                .isEqualTo(new Refused(Reason.LOCKED, "PAM, account: wrong name or password (PAM_AUTH_ERR)"));
    }

    @Test
    void aPasswordThatMustBeChangedIsRefusedThoughItIsRight() throws Exception {
        account.run("chage", "-d", "0", account.name());

        for (String service : List.of(PLAIN, DEBIAN)) {
            assertThat(verify(service, account.name(), account.password()))
                    .isEqualTo(new Refused(
                            Reason.EXPIRED,
                            "PAM, account: the password has expired and must be changed (PAM_NEW_AUTHTOK_REQD)"));
        }
    }

    @Test
    void theServiceThatIsShippedChecksAccountsOfDebian() throws Exception {
        Path system = Path.of("/etc/pam.d");
        RequiredTools.assumeFile(system.resolve("common-auth"), "libpam-runtime");
        for (String name : List.of("common-auth", "common-account")) {
            services.with(name, Files.readString(system.resolve(name)));
        }
        services.with("gatehouse", Files.readString(Path.of("../dist/src/main/tarball/pam.d/gatehouse")));

        assertThat(verify("gatehouse", account.name(), account.password())).isEqualTo(verified());
        assertThat(verify("gatehouse", account.name(), "wrong")).isInstanceOf(Refused.class);
    }

    private Optional<AccountStatus> status(String service, String name) throws Exception {
        PamConfig config =
                new PamConfig(service, Optional.of(services.directory()), Duration.ofSeconds(30), 1, 1000, true);
        try (PamVerifier verifier = new PamVerifier(
                config,
                PamStart.check(config),
                Metrics.NONE,
                _ -> {},
                MonotonicClock.system(),
                InstantSource.system())) {
            return verifier.status(name);
        }
    }

    @Test
    void withoutAPasswordItTellsWhetherTheAccountIsInOrder() throws Exception {
        Optional<AccountStatus> active = Optional.of(AccountStatus.Active.in(
                new Membership(verified().groups(), Identity.GroupNames.AS_IN_RULES, Set.of())));
        for (String service : List.of(PLAIN, DEBIAN)) {
            assertThat(status(service, account.name())).isEqualTo(active);
            assertThat(status(service, "gatehouse-nobody")).isEmpty();
        }
        account.run("chage", "-d", "0", account.name());
        assertThat(status(PLAIN, account.name()))
                .as("the password must be changed")
                .isEqualTo(active);
        account.run("chage", "-d", "-1", "-E", "0", account.name());
        assertThat(status(PLAIN, account.name()))
                .contains(new AccountStatus.Gone("PAM, account: the account has expired (PAM_ACCT_EXPIRED)"));
        assertThat(status(DEBIAN, account.name())).get().isInstanceOf(AccountStatus.Gone.class);
        assertThat(status(PLAIN, "root")).get().isInstanceOf(AccountStatus.Gone.class);
    }

    /** Debian's stack says AUTH_ERR for each of these, as it does for an account that has expired. */
    @Test
    void whatIsNotAboutTheAccountEndsNobody() throws Exception {
        String nologin =
                "account requisite pam_nologin.so file=" + services.folder().write("nologin", "going down\n");
        services.with("going-down", nologin, "account required pam_unix.so")
                .with(
                        "debian-without-answer",
                        "account [success=1 new_authtok_reqd=done default=ignore] pam_debug.so acct=authinfo_unavail",
                        "account requisite pam_deny.so",
                        "account required pam_permit.so");
        for (String service : List.of("going-down", "debian-without-answer")) {
            assertThat(status(service, account.name())).get().isInstanceOf(AccountStatus.Unavailable.class);
        }
        account.run("chage", "-E", "0", account.name());
        for (String service : List.of("going-down", "debian-without-answer")) {
            assertThat(status(service, account.name())).get().isInstanceOf(AccountStatus.Gone.class);
        }
    }

    private String asNobody(String service, List<String> groups, String password) throws Exception {
        RequiredTools.assume("setpriv");
        List<String> command = new ArrayList<>(NOBODY);
        command.addAll(groups);
        return services.java(
                        command,
                        SignInProbe.class,
                        List.of(),
                        services.directory().toString(),
                        service,
                        account.name())
                .withInput(password)
                .runOrThrow(services.folder())
                .lines()
                .toList()
                .getLast();
    }

    @Test
    void aServiceUserInGroupShadowChecksEverybody() throws Exception {
        List<String> shadow = List.of("--groups", "shadow");

        assertThat(asNobody(PLAIN, shadow, account.password())).startsWith("Verified[name=" + account.name());
        assertThat(asNobody(DEBIAN, shadow, account.password())).startsWith("Verified[name=" + account.name());
        assertThat(asNobody(PLAIN, shadow, "wrong"))
                .isEqualTo("Refused[reason=BAD_CREDENTIALS, detail=PAM: wrong name or password (PAM_AUTH_ERR)]");
        account.run("chage", "-E", "0", account.name());
        assertThat(asNobody(PLAIN, shadow, account.password())).startsWith("Refused[reason=EXPIRED");
    }

    @Test
    void aServiceUserOutsideGroupShadowChecksNobody() throws Exception {
        List<String> none = List.of("--clear-groups");

        assertThat(asNobody(PLAIN, none, account.password()))
                .isEqualTo("Refused[reason=UNAVAILABLE, detail="
                        + "PAM: the accounts cannot be asked (PAM_AUTHINFO_UNAVAIL)]");
        // Debian's stack forgets why.
        assertThat(asNobody(DEBIAN, none, account.password()))
                .isEqualTo("Refused[reason=BAD_CREDENTIALS, detail=PAM: wrong name or password (PAM_AUTH_ERR)]");
    }
}
