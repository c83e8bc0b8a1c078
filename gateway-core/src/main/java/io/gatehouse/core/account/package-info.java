/** Whether users who signed in before still have their accounts. */
@NullMarked
package io.gatehouse.core.account;

import org.jspecify.annotations.NullMarked;
