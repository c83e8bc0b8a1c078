package io.gatehouse.provider.local;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.provider.local.pam.PamServices;
import io.gatehouse.testkit.provider.ClientDialogue;
import io.gatehouse.testkit.provider.ProviderContractTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;

class PamContractTest extends ProviderContractTest {
    private final PamServices services = new PamServices();

    @Override
    protected AuthProvider provider(Path directory) throws Exception {
        Path disabled = services.folder().write("disabled", DISABLED + "\n");
        services.withScript(
                "gatehouse",
                "IFS= read -r password\ncase $PAM_USER in alice | carol) [ \"$password\" = '" + PASSWORD
                        + "' ];; *) false;; esac");
        services.withLine(
                "gatehouse", "account required pam_listfile.so item=user sense=deny onerr=fail file=" + disabled);
        return Configurations.provider(Configurations.pam(services.directory()));
    }

    @AfterAll
    void removeServices() {
        services.close();
    }

    /** PAM knows nothing of groups, and the system does not know this account. */
    @Override
    protected Set<String> groups() {
        return Set.of();
    }

    @Override
    protected ClientDialogue client(TokenMechanism mechanism, String user, String password) {
        return ClientDialogue.ofOneToken(Token.of((user + ":" + password).getBytes(StandardCharsets.UTF_8)));
    }
}
