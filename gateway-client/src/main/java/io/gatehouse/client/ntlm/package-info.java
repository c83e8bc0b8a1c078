/** The client's half of NTLMv2 (MS-NLMP), as FreeRDP and Windows speak it to a gateway. */
@NullMarked
package io.gatehouse.client.ntlm;

import org.jspecify.annotations.NullMarked;
