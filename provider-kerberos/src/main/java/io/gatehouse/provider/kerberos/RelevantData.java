package io.gatehouse.provider.kerberos;

import io.gatehouse.formats.MalformedException;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.provider.kerberos.message.AuthorizationData;
import java.util.ArrayList;
import java.util.List;

/**
 * Authorization data restricts what a ticket is good for, so what must be understood and is not ends the sign-in (RFC
 * 4120 5.2.6).
 */
final class RelevantData {
    private RelevantData() {}

    /**
     * All elements, those inside AD-IF-RELEVANT included.
     *
     * @param where names the message for the audit log
     */
    static List<AuthorizationData> flatten(List<AuthorizationData> data, String where)
            throws RejectedException, MalformedException {
        List<AuthorizationData> all = new ArrayList<>();
        for (AuthorizationData element : data) {
            switch (element.type()) {
                case AuthorizationData.IF_RELEVANT -> all.addAll(element.elements());
                case AuthorizationData.PAC, AuthorizationData.AP_OPTIONS -> all.add(element);
                default ->
                    throw RejectedException.refused("%s has authorization data of type %d, which is not understood"
                            .formatted(where, element.type()));
            }
        }
        return all;
    }
}
