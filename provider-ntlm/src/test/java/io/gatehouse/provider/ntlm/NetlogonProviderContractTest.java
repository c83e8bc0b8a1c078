package io.gatehouse.provider.ntlm;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.testkit.directory.SambaDomain;
import io.gatehouse.testkit.process.TestFolder;
import io.gatehouse.testkit.provider.ClientDialogue;
import io.gatehouse.testkit.provider.ProviderContractTest;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;

/** The contract, against a domain of its own that has the contract's accounts. */
@Timeout(120)
class NetlogonProviderContractTest extends ProviderContractTest {
    private final TestFolder folder = new TestFolder();
    private Optional<SambaDomain> started = Optional.empty();

    @Override
    protected AuthProvider provider(Path directory) throws Exception {
        SambaDomain.assume();
        SambaDomain domain = SambaDomain.start(folder);
        started = Optional.of(domain);
        addAccounts(domain);
        return NetlogonSetup.of(domain).open();
    }

    /** Everybody is in "Domain Users" unless another group is the primary one. */
    private static void addAccounts(SambaDomain domain) {
        NetlogonPasswords.set(domain, SambaDomain.ALICE, PASSWORD);
        String alice = domain.attribute(SambaDomain.ALICE, "distinguishedName");
        domain.modify("""
                dn: CN=staff,CN=Users,%1$s
                changetype: add
                objectClass: group
                sAMAccountName: staff
                member: %2$s

                dn: CN=lab,CN=Users,%1$s
                changetype: add
                objectClass: group
                sAMAccountName: lab
                member: %2$s

                dn: CN=RDP Users,CN=Users,%1$s
                changetype: modify
                delete: member
                member: %2$s

                dn: CN=carol,CN=Users,%1$s
                changetype: add
                objectClass: user
                sAMAccountName: carol
                userAccountControl: 514
                unicodePwd:: %3$s
                """.formatted(SambaDomain.BASE_DN, alice, NetlogonPasswords.encoded(PASSWORD)));
        String staff = domain.sid("staff");
        domain.modify("""
                dn: %2$s
                changetype: modify
                replace: primaryGroupID
                primaryGroupID: %3$s

                dn: CN=Domain Users,CN=Users,%1$s
                changetype: modify
                delete: member
                member: %2$s
                """.formatted(SambaDomain.BASE_DN, alice, staff.substring(staff.lastIndexOf('-') + 1)));
    }

    @Override
    protected ClientDialogue client(TokenMechanism mechanism, String user, String password) {
        return new NtlmTestClient(user, SambaDomain.NETBIOS_NAME, password);
    }

    @AfterAll
    void stop() {
        started.ifPresent(SambaDomain::close);
        folder.close();
    }
}
