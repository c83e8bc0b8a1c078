package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.formats.sid.Sid;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LsaGroupNamesTest {
    private static final Domain DOMAIN =
            new Domain("ADTEST", Optional.of("AD.TEST"), List.of(), List.of("192.0.2.1"), List.of());
    private static final MonotonicClock CLOCK = MonotonicClock.system();

    private static Set<Sid> groups(int count) {
        return IntStream.range(0, count)
                .mapToObj(
                        number -> Sid.parse("S-1-5-21-1-2-3-" + (2000 + number)).orElseThrow())
                .collect(Collectors.toSet());
    }

    /** Whoever manages groups of their own could hide the group that restricts behind them. */
    @Test
    void whoIsInTooManyGroupsIsNotLetInWithSomeOfThem() throws Exception {
        ChannelOpener opener = new ChannelOpener(
                MachineAccount.of(TestConfigs.withPassword("password"), DOMAIN),
                "ADTEST",
                new SecureRandom(),
                Optional.of(1),
                Optional.of(1));
        NetlogonMetrics metrics = new NetlogonMetrics(new TestMetrics(), new LogonGate(1, 1));
        LsaGroupNames names = new LsaGroupNames(DOMAIN, new Domains(List.of(DOMAIN)), CLOCK);

        try (Controller controller =
                new Controller("192.0.2.1", opener, Duration.ofSeconds(1), metrics.of("192.0.2.1"), CLOCK)) {
            Deadline deadline = Deadline.in(Duration.ofSeconds(1), CLOCK);
            assertThat(names.of(groups(1025), controller, deadline))
                    .isEqualTo(new LsaGroupNames.Result.Unavailable("the user is in more than 1024 groups"));
            assertThat(names.of(groups(1024), controller, deadline))
                    .isEqualTo(new LsaGroupNames.Result.Unavailable(
                            "group names cannot be looked up: the secure channel is gone"));
        }
    }
}
