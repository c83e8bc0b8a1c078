@NullMarked
package io.gatehouse.core.account;

import org.jspecify.annotations.NullMarked;
