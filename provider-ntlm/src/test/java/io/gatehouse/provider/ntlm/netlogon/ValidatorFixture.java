package io.gatehouse.provider.ntlm.netlogon;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.api.Domain;
import io.gatehouse.api.Domains;
import io.gatehouse.api.MonotonicClock;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.api.ServiceLocator;
import io.gatehouse.api.Token;
import io.gatehouse.provider.ntlm.validation.NtlmLogon;
import io.gatehouse.provider.ntlm.validation.NtlmResponse;
import io.gatehouse.provider.ntlm.validation.NtlmV2Response;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A validator for fake controllers, and logons to give it. */
final class ValidatorFixture implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(1);
    static final Duration CONNECT_TIMEOUT = Duration.ofMillis(400);

    final TestMetrics metrics = new TestMetrics();
    final NetlogonValidator validator;

    private ValidatorFixture(List<String> hosts, ServiceLocator services, int port, int connections) {
        Domain domain = new Domain("ADTEST", Optional.of("AD.TEST"), List.of(), hosts, List.of());
        ProviderContext context = new ProviderContext(
                Clock.systemUTC(),
                new SecureRandom(),
                "gw.example.com",
                new Domains(List.of(domain)),
                services,
                metrics);
        NetlogonConfig config = new NetlogonConfig(
                "GW1",
                Optional.of(Secret.ofText(FakeController.PASSWORD)),
                Optional.empty(),
                Optional.empty(),
                TIMEOUT,
                CONNECT_TIMEOUT,
                connections,
                100,
                Optional.of(port),
                Optional.of(port));
        try {
            validator = NetlogonValidator.create(config, context, MonotonicClock.system());
        } catch (ProviderException e) {
            throw new AssertionError(e);
        }
    }

    static ValidatorFixture of(FakeController controller) {
        return of(controller, 4);
    }

    static ValidatorFixture of(FakeController controller, int connections) {
        return new ValidatorFixture(
                List.of(controller.address().getAddress().getHostAddress()),
                ServiceLocator.NONE,
                controller.address().getPort(),
                connections);
    }

    /** Controllers at several addresses with one port. */
    static ValidatorFixture of(List<String> hosts, int port) {
        return new ValidatorFixture(hosts, ServiceLocator.NONE, port, 4);
    }

    static ValidatorFixture located(ServiceLocator services, int port) {
        return new ValidatorFixture(List.of(), services, port, 4);
    }

    static NtlmResponse response(String user, String domain, int blobLength) {
        return new NtlmResponse(
                user,
                domain,
                Token.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}),
                new NtlmV2Response(
                        Token.of(new byte[16]),
                        Token.of(new byte[blobLength]),
                        false,
                        Optional.empty(),
                        Optional.empty()));
    }

    NtlmLogon logon(String user) {
        return validator.validate(response(user, "ADTEST", 200));
    }

    NtlmLogon foreignLogon(String user) {
        return validator.validate(response(user, "ELSEWHERE", 200));
    }

    /** Logs on and demands success. */
    NtlmLogon.Confirmed confirmed(String user) {
        NtlmLogon logon = logon(user);
        assertThat(logon).isInstanceOf(NtlmLogon.Confirmed.class);
        return (NtlmLogon.Confirmed) logon;
    }

    /** Logs on and demands failure for this reason; returns the detail. */
    String refused(String user, Reason reason) {
        return refused(logon(user), reason);
    }

    static String refused(NtlmLogon logon, Reason reason) {
        assertThat(logon).isInstanceOf(NtlmLogon.Refused.class);
        NtlmLogon.Refused refused = (NtlmLogon.Refused) logon;
        assertThat(refused.reason()).as(refused.detail()).isEqualTo(reason);
        return refused.detail();
    }

    @Override
    public void close() {
        validator.close();
    }
}
