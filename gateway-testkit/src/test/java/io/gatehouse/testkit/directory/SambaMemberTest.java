package io.gatehouse.testkit.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testkit.process.Command;
import io.gatehouse.testkit.process.TestFolder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The member itself, asked by Samba's own tools. */
@Timeout(120)
class SambaMemberTest {
    @RegisterExtension
    static final SharedSambaDomain SHARED = new SharedSambaDomain();

    @RegisterExtension
    final TestFolder folder = new TestFolder();

    @BeforeAll
    static void tools() {
        SambaMember.assume();
    }

    @Test
    void memberChecksPasswordsHangsEndsAndComesBack() {
        try (SambaMember member = SambaMember.join(folder, SHARED.domain())) {
            assertThat(ntlmAuth(member, SambaDomain.ALICE).run(folder))
                    .satisfies(result -> assertThat(result.succeeded()).isTrue());
            assertThat(ntlmAuth(member, SambaDomain.UMLAUT).run(folder).succeeded())
                    .isTrue();
            assertThat(ntlmAuth(member, new TestAccount("alice", "wrong"))
                            .run(folder)
                            .output())
                    .contains("NT_STATUS_WRONG_PASSWORD");
            assertThat(ntlmAuth(member, SambaDomain.DISABLED).run(folder).output())
                    .contains("NT_STATUS_ACCOUNT_DISABLED");

            member.pause();
            assertThatThrownBy(() -> ntlmAuth(member, SambaDomain.ALICE)
                            .within(Duration.ofSeconds(2))
                            .run(folder))
                    .hasMessageContaining("not done after 2 s");
            member.resume();
            assertThat(ntlmAuth(member, SambaDomain.ALICE).run(folder).succeeded())
                    .isTrue();

            member.stop();
            assertThat(ntlmAuth(member, SambaDomain.ALICE).run(folder).succeeded())
                    .isFalse();
            member.restart();
            assertThat(ntlmAuth(member, SambaDomain.ALICE).run(folder).succeeded())
                    .isTrue();

            String groups = Command.of(member.wbinfoProgram().toString(), "--user-domgroups", sid(member, "bob"))
                    .runOrThrow(folder);
            assertThat(groups).contains(sid(member, "Team"), sid(member, "RDP Admins"));
        }
    }

    @Test
    void helperAnswers() {
        try (SambaMember member = SambaMember.join(folder, SHARED.domain())) {
            String request = """
                    Username: alice
                    NT-Domain: ADTEST
                    Password: %s
                    .
                    """.formatted(SambaDomain.ALICE.password());
            assertThat(new Command(
                                    List.of(member.ntlmAuthProgram().toString(), "--helper-protocol=ntlm-server-1"),
                                    Map.of(),
                                    request,
                                    Duration.ofSeconds(20))
                            .runOrThrow(folder))
                    .isEqualTo("Authenticated: Yes\n.\n");
        }
    }

    private String sid(SambaMember member, String name) {
        String output = Command.of(member.wbinfoProgram().toString(), "--name-to-sid", "ADTEST\\" + name)
                .runOrThrow(folder);
        return output.substring(0, output.indexOf(' '));
    }

    private Command ntlmAuth(SambaMember member, TestAccount account) {
        return Command.of(member.ntlmAuth(
                                "--domain=ADTEST", "--username=" + account.name(), "--password=" + account.password())
                        .toArray(String[]::new))
                .withEnvironment(member.environment());
    }
}
