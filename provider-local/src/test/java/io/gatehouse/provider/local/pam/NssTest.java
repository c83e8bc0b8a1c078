package io.gatehouse.provider.local.pam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NssTest {
    @Test
    void accountInMoreGroupsThanAreCountedHasNoneRatherThanTheFirst() throws Exception {
        Nss.Account root = Nss.account("root").orElseThrow();

        assertThat(Nss.groups(root)).contains("root");
        assertThatThrownBy(() -> Nss.groups(root, 0))
                .isInstanceOf(Nss.NssException.class)
                .hasMessage("root is in more than 0 groups");
    }
}
